"""A line of text in, a Question out: what kind of question it is, and whom or what it asks about (`line.py`)."""
