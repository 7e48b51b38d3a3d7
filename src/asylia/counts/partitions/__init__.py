"""Plausible partitions of records into persons, drawn from their posterior; needs ``counting``."""
