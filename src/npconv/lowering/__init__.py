"""IR -> IR: what a target cannot say, rewritten away; one feature a file."""
