"""The transparency log: leaves, checkpoints, proofs, witnesses, time stamps."""
