"""Threads, triage, safe contact: the hotline worker's side of a report."""
