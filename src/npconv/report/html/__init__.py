"""A plan -> one HTML file: nothing is fetched, and no script is needed to read it."""
