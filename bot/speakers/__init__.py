"""A Question about speakers in, an Answer out: what somebody said, who said something, who is quoted (`inquiry.py`)."""
