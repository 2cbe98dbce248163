"""Whether policies are valid for their engine, and say what their authors meant."""
