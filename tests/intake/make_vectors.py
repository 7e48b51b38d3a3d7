"""Makes ``spec/vectors/page.json``: armored texts and root files, good and bad.

Run from the checkout: ``python -m tests.intake.make_vectors``.
"""

import json
from pathlib import Path
from typing import Any

from asylia.intake import armor
from asylia.intake.rootfile import write_root
from asylia.wire import frame

from .world import REPLY, ROOT

PATH = Path(__file__).parents[2] / "spec" / "vectors" / "page.json"
ENVELOPE = frame("asylia/envelope/1", bytes(range(90)), b"a statement, not a sealed one")


def _armored() -> list[dict[str, Any]]:
    whole = armor.write("ENVELOPE", ENVELOPE)
    lines = whole.splitlines()
    begin, *body, end = lines
    good = {
        "as written": whole,
        "with other line ends": whole.replace("\n", "\r\n"),
        "inside a message": f"Dear friend,\n{whole}\nPlease pass it on.",
        "on one line": " ".join(lines),
        "indented": "\n".join(f"  {line}" for line in lines),
        "another block behind": whole + whole.replace("A", "B"),
    }
    bad = {
        "empty": "",
        "no end line": "\n".join((begin, *body)),
        "no begin line": "\n".join((*body, end)),
        "a line missing": "\n".join((begin, *body[1:], end)),
        "a letter missing": "\n".join((begin, body[0][1:], *body[1:], end)),
        "quoted": "\n".join(f"> {line}" for line in lines),
        "keys": armor.write("KEYS", ENVELOPE),
        "bytes behind the envelope": armor.write("ENVELOPE", ENVELOPE + b"\0"),
        "another format": armor.write("ENVELOPE", b"asylia/envelope/2" + ENVELOPE[17:]),
        "nothing between": f"{begin}\n{end}\n",
    }
    return [
        {"name": name, "text": text, "expect": expect}
        for expect, texts in (("ok", good), ("malformed", bad))
        for name, text in texts.items()
    ]


def _roots() -> list[dict[str, Any]]:
    whole = write_root(ROOT.public).decode()
    rows = [
        ("as written", whole, "ok"),
        ("without its line feed", whole[:-1], "ok"),
        ("empty", "", "malformed"),
        ("two line feeds", whole + "\n", "malformed"),
        ("not a pair", write_root(REPLY.public).decode(), "malformed"),
        ("another version", whole.replace("root/1", "root/2"), "malformed"),
        ("a space", whole.replace(":{", ": {"), "malformed"),
        ("cut off", whole[:-3], "malformed"),
    ]
    return [{"name": name, "text": text, "expect": expect} for name, text, expect in rows]


def make() -> dict[str, Any]:
    return {"envelope": ENVELOPE.hex(), "armored": _armored(), "roots": _roots()}


if __name__ == "__main__":
    text = json.dumps(make(), indent=1, ensure_ascii=False)
    PATH.write_text(text + "\n", encoding="utf-8")
