"""A plot of an estimate: a drawing that does nothing, asks for nothing and is not large.

Upholds: whoever opens it in a browser runs no script and fetches nothing.  Refuses: any element
that a plot does not need, an attribute that acts, any address but a place in the same drawing, an
entity of its own, letters other than UTF-8 (a browser that reads others sees other elements).  It
is read by expat alone; nothing is drawn.
"""

from xml.parsers import expat

from asylia_verify.errors import WrongError

MOST_BYTES = 4 << 20
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    {"svg", "g", "path", "text", "tspan", "defs", "clipPath", "use", "rect", "circle", "line",
     "polyline", "polygon", "style", "title", "desc", "metadata"}
)  # fmt: skip
_SHAPES = frozenset({"path", "rect", "circle", "line", "polyline", "polygon"})
_DESCRIBING = frozenset(
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/dc/elements/1.1/",
     "http://creativecommons.org/ns#"}
)  # fmt: skip
# What styles can ask for from elsewhere: also as ``image-set("…")``, with no ``url(``.
_OUTSIDE = ("url(", "import", "expression", "javascript", "\\", "image", "src(", "@", "//")


def check_drawing(untrusted: bytes) -> None:
    """``WrongError`` where the bytes are no such drawing."""
    if len(untrusted) > MOST_BYTES:
        raise _wrong()
    styles: list[str] = []
    inside: list[str] = []
    shapes: list[str] = []  # those of them that are shapes; asked for with every use
    drawn: dict[str, set[str]] = {"shapes": set(), "others": set(), "used": set()}

    def begun(name: str, attributes: dict[str, str]) -> None:
        _check_element(name, attributes)
        local = name.rpartition(" ")[2]
        kind = "shapes" if local in _SHAPES else "others"
        drawn[kind] |= {one for key, one in attributes.items() if key.rpartition(" ")[2] == "id"}
        if local == "use":
            if shapes:
                raise _wrong()  # whoever uses that shape would use this too
            drawn["used"] |= {one for key, one in attributes.items() if key.endswith("href")}
        inside.append(name)
        if local in _SHAPES:
            shapes.append(name)

    def ended(name: str) -> None:
        inside.pop()
        if name.rpartition(" ")[2] in _SHAPES:
            shapes.pop()

    def text(words: str) -> None:
        if inside and inside[-1].endswith(" style"):
            styles.append(words)

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = begun
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text
    parser.XmlDeclHandler = _check_letters
    parser.EntityDeclHandler = parser.ProcessingInstructionHandler = _refuse
    try:
        parser.Parse(untrusted, True)
    except (expat.ExpatError, ValueError):
        raise _wrong() from None
    if drawn["used"] - {f"#{one}" for one in drawn["shapes"] - drawn["others"]}:
        raise _wrong()  # what uses a group could use itself, or double with every step
    _check_style("".join(styles))


def _check_element(name: str, attributes: dict[str, str]) -> None:
    space, _, local = name.rpartition(" ")
    if space in _DESCRIBING:
        return  # says who drew it; nothing reads it as a drawing
    if space != _SVG or local not in _ELEMENTS:
        raise _wrong()
    for key, value in attributes.items():
        attribute = key.rpartition(" ")[2].lower()
        if attribute.startswith("on") or attribute in ("src", "base"):
            raise _wrong()
        if attribute == "href" and not value.startswith("#"):
            raise _wrong()
        _check_style(value.replace("url(#", ""))


def _check_letters(_version: str, encoding: str | None, _alone: int) -> None:
    if encoding is not None and encoding.lower() != "utf-8":
        raise _wrong()


def _check_style(text: str) -> None:
    if any(one in text.lower() for one in _OUTSIDE):
        raise _wrong()


def _refuse(*_: object) -> None:
    raise _wrong()


def _wrong() -> WrongError:
    return WrongError("is no plain drawing")
