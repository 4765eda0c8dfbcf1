"""Measurements, each one command: `python -m tests.bench.<name>`. Ratios, never verdicts."""
