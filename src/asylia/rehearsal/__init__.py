"""A rehearsal with invented people on real parts: the demo, and the seizure check after it."""
