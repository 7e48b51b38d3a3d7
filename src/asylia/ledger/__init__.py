"""What the team shares: an append-only, signed, sealed log of epochs and entries."""
