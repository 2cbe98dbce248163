"""A file a rule, or a small family that looks at the same thing."""
