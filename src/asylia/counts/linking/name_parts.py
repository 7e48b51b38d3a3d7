"""A name in its parts, each told apart: given, patronymic, initial, in Latin letters of one script.

Upholds: a patronymic is known by its ending ("-ovich", "-ogly") or by what stands before it ("bin",
"ben"); "Abd al-Aziz" and "Abdul Aziz" are one part; letters joined by points are one part.
Refuses nothing: whatever is no letter or digit parts; a name without any is one part.
"""

import re
from dataclasses import dataclass

from asylia.counts.linking.names import ARTICLES, CHILD_OF, TITLES, is_patronymic
from asylia.counts.linking.transliteration import latin

_JOINED = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")  # "AlisherUsmanov"
_POINTED = re.compile(r"\b(\w)\.(?=\w\.)")  # "A.B.C."
_MARKS = re.compile(r"['’ʼ`´ʿʾ]")
_APART = re.compile(r"[^a-z0-9]+")
_SERVANT = frozenset({"abd", "abdu", "abdul", "abdal"})  # of one of God's names, which follows
# What a body is by law; bodies are accused beside persons, and sources name this part or leave it.
LEGAL_FORMS = frozenset((
    "ag", "aktiengesellschaft", "ltd", "limited", "liability", "company", "co", "oao", "ojsc",
    "jsc", "ooo", "llc", "inc", "incorporated", "corporation", "corp", "plc", "public", "sa", "srl",
    "lp", "joint", "stock", "open", "gmbh", "bv", "ab", "the",
))  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part of a name, small Latin letters and digits."""

    text: str
    patronymic: bool = False


def parts(name: str) -> tuple[Part, ...]:
    """The parts of a name in their order, repeated ones too; at least one."""
    shown = name if name.isupper() else _JOINED.sub(" ", name)
    plain = _MARKS.sub("", latin(_MARKS.sub("", _POINTED.sub(r"\1", shown))))
    raw = [one for one in _APART.split(plain) if one]
    found: list[Part] = []
    child = False
    for at, text in enumerate(raw):
        if text in CHILD_OF:
            child = True
        elif text in ARTICLES and len(raw) > 1:
            if found and found[-1].text in _SERVANT:
                found[-1] = Part("abdul", found[-1].patronymic)
        elif text in TITLES and len(raw) > 1:
            continue
        elif found and found[-1].text in _SERVANT and len(text) > 2 and raw[at - 1] not in CHILD_OF:
            found[-1] = Part("abdul" + text, found[-1].patronymic)
        else:
            found.append(Part(text, child or is_patronymic(text)))
            child = False
    return tuple(found) or (Part(plain.strip() or "?"),)
