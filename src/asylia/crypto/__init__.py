"""The only home of primitives: age, signatures, key derivation, padding, the Merkle tree."""
