"""Red lines as code: no field for anybody's orientation, identity, faith or ethnicity.

Upholds: a key, a property or a name of a vocabulary that would hold such a thing is refused by
name, in English, Russian, or Russian in Latin letters, however it is spelled or joined.  A closed
schema refuses every other key as well; this one says why, and a test holds our own schema to it.
``is_secret`` is the same for shelters, routes, travel documents and helpers, which never enter the
record.  Not touched: the *motive ascribed to an act*, and the text of what a teller says.
"""

import unicodedata

from asylia.errors import RefusedError

STEMS = (
    "orientation", "sexual", "gender", "lgbt", "queer", "transgender", "homosex", "bisex",
    "faith", "religio", "creed", "denomination", "ethnic", "nationality", "racial",
    "ориентац", "сексуал", "гендер", "лгбт", "трансгендер", "гомосекс",
    "вероиспов", "религи", "конфесси", "этнич", "этнос", "национальност", "расов",
    "orientats", "seksual", "gendern", "veroispov", "etnich", "natsionalnost", "konfessi",
)  # fmt: skip
SHELTER_STEMS = (
    "shelter", "safehouse", "hideout", "hidingplace", "evacuationroute", "убежищ", "приют",
    "укрыти", "маршрут",
)  # fmt: skip
SECRET_STEMS = (*SHELTER_STEMS, "traveldocument", "passport", "паспорт")
# Words that tell somebody's orientation or gender identity, by how they begin, and whole.
_TELLS = (
    "homosex", "bisex", "lgbt", "queer", "transgender", "transsex", "lesb", "orientation",
    "гомосекс", "бисекс", "лгбт", "трансгендер", "транссекс", "лесби", "ориентац",
)  # fmt: skip
_TELLS_WHOLE = frozenset({
    "gay", "gays", "trans", "гей", "гея", "гею", "геем", "гее", "геи", "геев", "геям", "геями",
    "геях",
})  # fmt: skip
WORDS = frozenset({"sex", "race", "gay", "lesbian", "trans", "tribe", "пол", "раса", "вера"})
WORDS_LATIN = frozenset({"vera", "rasa", "pol"})


def crosses(name: str) -> bool:
    """Whether a key or property of this name would hold what a person must not have."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    parts = "".join(c if c.isalpha() else " " for c in _split_humps(name).casefold()).split()
    joined = "".join(c for c in folded if c.isalpha())
    return any(stem in joined for stem in STEMS) or bool((WORDS | WORDS_LATIN).intersection(parts))


def tells_orientation(word: str) -> bool:
    """Whether a word of a text tells somebody's orientation or gender identity.

    Nobody is found by such a word: the search leaves it out wherever a person is concerned.
    """
    folded = unicodedata.normalize("NFKC", word).casefold()
    return folded in _TELLS_WHOLE or folded.startswith(_TELLS)


def check_name(name: str, where: str) -> None:
    """Raise ``RefusedError`` if ``crosses(name)``; ``where`` says where the key stands."""
    if crosses(name):
        raise RefusedError(
            f"{where}: the record has no field for anybody's orientation, identity, faith or "
            "ethnicity, and takes none",
            hint="Record the motive that a teller ascribes to the act, as `motive` of a claim.",
        )


def is_secret(name: str, stems: tuple[str, ...] = SECRET_STEMS) -> bool:
    """Whether a field of this name would hold shelters, routes or travel documents."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    joined = "".join(c for c in folded if c.isalpha())
    return any(stem in joined for stem in stems)


def _split_humps(name: str) -> str:
    normal = unicodedata.normalize("NFKC", name)
    return "".join(f" {c}" if c.isupper() else c for c in normal)
