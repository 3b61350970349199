"""From a question to an answer: reading the question, finding the sentences, showing them in a chat or a terminal."""

import embeddings  # noqa: F401 - before any of these modules imports NumPy
