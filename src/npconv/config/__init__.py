"""`npconv.yaml`: what a repository translates, into what, and where that goes."""
