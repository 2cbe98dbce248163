"""Documents in, documents out: parse, lift, lower, emit, validate, and everything that is to be said about it."""
