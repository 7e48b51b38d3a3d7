"""In and out: the formats in which others keep what was documented, and the record's own rows."""
