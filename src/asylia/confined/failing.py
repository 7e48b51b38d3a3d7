"""The one way in which a confined reader says what it could not do."""


class FailedError(Exception):
    """Its text is one word that the parent knows a sentence for; nothing of the file is in it."""
