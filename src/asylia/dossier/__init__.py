"""Selection by consent, disclosure proofs, the bundle, its PDF."""
