"""From a question to an answer: reading the question, finding the sentences, showing them in a chat or a terminal."""
