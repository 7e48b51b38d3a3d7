"""Blind store-and-forward: padded blobs, random ids, days; ``schema.sql`` is all it knows."""
