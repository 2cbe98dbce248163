"""The migration plan: one model of what will happen, written as text, Markdown, JSON, CSV and HTML."""
