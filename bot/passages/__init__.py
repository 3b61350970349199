"""A question in, the sentences that answer it out, and how sure that is (`ranking.py`)."""
