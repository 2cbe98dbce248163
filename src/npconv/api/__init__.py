"""What `import npconv` offers: pure functions from texts to results, which the command line uses, too."""
