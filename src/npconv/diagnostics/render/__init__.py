"""Diagnostics -> text for people and editors (`report`), and every form for machines (`forms`, from a `run.Run`)."""
