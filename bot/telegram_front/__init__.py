"""Telegram's updates in, replies out: thin handlers around the one road from a question to an answer."""
