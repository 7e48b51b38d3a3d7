"""What a form sent: names and texts, parsed once, within limits.

Upholds: text is Unicode with line feeds only and no control characters; a missing field is an
empty text, so that every screen says in its own words what it lacks.  Refuses: bytes that are not
UTF-8, more than 5,000 fields.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from asylia.errors import MalformedError, UsageError

_FIELDS = 5000  # as many boxes as 256 KiB hold: a dossier ticks hundreds of claims
_KEEP = {"\n", "\t"}


class Form:
    """Fields of one form; ``text`` for one value, ``texts`` for ticked boxes."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """The value, stripped; empty where the form left it out."""
        return self._fields.get(name, [""])[0].strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a name, in the form's order."""
        return tuple(self._fields.get(name, []))

    def needed(self, name: str, sentence: str) -> str:
        """The value; ``UsageError`` with this sentence where there is none."""
        value = self.text(name)
        if not value:
            raise UsageError(sentence, hint="Nothing was saved. Go back, fill it in, send again.")
        return value

    def whole(self, name: str, sentence: str) -> int | None:
        """A whole number of at most nine digits; ``None`` where nothing was typed."""
        value = self.text(name)
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            raise UsageError(sentence, hint="Nothing was saved. Write digits only.")
        return int(value)

    def names(self) -> tuple[str, ...]:
        """Every field's name."""
        return tuple(self._fields)


def parse_form(untrusted: bytes) -> Form:
    """Parse an urlencoded body; ``MalformedError`` on what is none."""
    try:
        pairs = parse_qsl(
            untrusted.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(untrusted),
            errors="strict",
            max_num_fields=_FIELDS,
        )
    except ValueError:
        raise MalformedError("This form does not parse; nothing was saved.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(_plain(value))
    return Form(fields)


def form_of(fields: Mapping[str, str]) -> Form:
    """A form whose fields were read apart, each once."""
    return Form({name: [_plain(value)] for name, value in fields.items()})


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in _KEEP or (c >= " " and c != "\x7f"))
