"""Measure quality and speed, each beside its baselines in the same run."""
