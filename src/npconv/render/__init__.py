"""Results -> text, Markdown and JSON for people and scripts: what commands print and reports are made of."""
