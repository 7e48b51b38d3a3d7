"""Persons counted once across organisations' lists, by one named linker: ``spec/partners.md``."""
