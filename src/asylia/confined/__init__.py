"""Looking into files that may be hostile: in processes that can reach nothing and hold no key."""
