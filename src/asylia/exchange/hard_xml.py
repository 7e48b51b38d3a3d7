"""XML from outside: no document type, no entity, and a limit on depth, elements and text.

Upholds: one pass of expat, in bounded memory, before anything is made of it.  Refuses, with the
line: a DOCTYPE (and with it every entity of the file's own), more than its limits, broken XML.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from asylia.errors import MalformedError, Sentence

_CHUNK = 1 << 16
_HINT = "Nothing was imported. Export the file anew, as plain XML without a document type."


@dataclass(frozen=True)
class Limits:
    """The most that is read of one file."""

    bytes: int = 256 << 20
    depth: int = 32
    elements: int = 1_000_000
    name: int = 200  # characters of an element's or attribute's name
    attributes: int = 64  # of one element


@dataclass
class _Seen:
    limits: Limits
    where: str
    parser: expat.XMLParserType
    depth: int = 0
    elements: int = 0
    starts: list[Callable[[str, dict[str, str]], None]] = field(default_factory=list)

    def wrong(self, why: str) -> MalformedError:
        return MalformedError(
            Sentence(
                "%(part)sline %(line)s: %(why)s",
                part=self.where,
                line=str(self.parser.CurrentLineNumber),
                why=why,
            ),
            hint=_HINT,
        )

    def doctype(self, *_given: object) -> int:
        raise self.wrong(Sentence("a document type or entity, which is not read"))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.limits.depth:
            raise self.wrong(Sentence("more than %(most)s levels", most=str(self.limits.depth)))
        if self.elements > self.limits.elements:
            raise self.wrong(
                Sentence("more than %(most)s elements", most=str(self.limits.elements))
            )
        if len(name) > self.limits.name or len(attributes) > self.limits.attributes:
            raise self.wrong(Sentence("a name that is too long, or too many attributes"))
        for call in self.starts:
            call(name, attributes)


def parse(
    file: IO[bytes],
    *,
    limits: Limits,
    where: str = "",
    start: Callable[[str, dict[str, str], int], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element and text; ``start`` with the line.  ``MalformedError``."""
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    seen = _Seen(limits, where, parser)
    if start is not None:
        given = start
        seen.starts.append(lambda name, attrs: given(name, attrs, parser.CurrentLineNumber))

    def ended(name: str) -> None:
        seen.depth -= 1
        if end is not None:
            end(name)

    parser.StartDoctypeDeclHandler = seen.doctype
    parser.EntityDeclHandler = seen.doctype
    parser.ExternalEntityRefHandler = seen.doctype
    parser.StartElementHandler = seen.start
    parser.EndElementHandler = ended
    if text is not None:
        parser.CharacterDataHandler = text
    size = 0
    try:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > limits.bytes:
                raise MalformedError(
                    f"{where}more than {limits.bytes >> 20} MiB of XML", hint="Split the file."
                )
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise seen.wrong(Sentence("is not well-formed XML")) from None
    except (ValueError, LookupError):  # an encoding that Python has not
        raise seen.wrong(Sentence("is in an encoding that is not read")) from None
