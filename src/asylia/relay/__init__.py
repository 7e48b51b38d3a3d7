"""Blind store-and-forward: padded blobs under random ids, by day; ``schema.sql`` is all it knows."""
