"""The bytes of one kind in, Drafts out: a module a kind. None of them knows where the bytes came from."""
