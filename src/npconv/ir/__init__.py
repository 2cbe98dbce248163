"""Meaning, in nobody's dialect: sets, conditions, rules, policies and tiers. Frozen, typed, canonical."""
