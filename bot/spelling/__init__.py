"""Words as they were asked for in, the words of the articles that they mean out: other spellings, and slips."""
