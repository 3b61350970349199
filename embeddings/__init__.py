"""From files to a searchable library: articles, sentences, vectors, stores. Knows nothing of questions or chats."""
