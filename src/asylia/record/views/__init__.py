"""Tables and questions for looking at a large record: search, lists, map, timeline, matrix, act."""
