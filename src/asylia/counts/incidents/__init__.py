"""Which records tell of one incident: a question of its own, with comparisons of its own."""
