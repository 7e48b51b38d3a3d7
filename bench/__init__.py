"""Measurements, each with its yardstick on the same machine in the same run: ``make bench``."""
