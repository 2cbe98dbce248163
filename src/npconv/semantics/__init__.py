"""The flow space and what an engine decides: the verdict of one flow, and the comparison of two policy sets."""
