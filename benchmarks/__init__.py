"""How fast npconv is, as ratios of things that are measured beside it: `python -m benchmarks`."""
