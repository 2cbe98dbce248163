"""Rules that never decide, found by the algebra of sets and, where that is not enough, by the solver."""
