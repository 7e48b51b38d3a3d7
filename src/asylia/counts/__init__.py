"""Counting on plain tables: documented minimum, and the interface of linkage and estimates."""
