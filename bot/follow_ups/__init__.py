"""A line and what its asker was told before in, the questions that it may mean, in full, out (`readings.py`)."""
