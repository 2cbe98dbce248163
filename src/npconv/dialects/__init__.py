"""A folder a dialect, the same file names in each: model, parse, validate, lift, lower, emit, profile."""
