"""A library, and answers given from it, in; what is wrong or how right they are out, for `verify` and `evaluate`."""
