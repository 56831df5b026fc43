"""Measurements. `python -m benchmarks` runs those that need nothing from outside."""
