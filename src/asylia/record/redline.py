"""Red lines as code: no field for anybody's orientation, identity, faith or ethnicity.

Upholds: a key, a property or a name of a vocabulary that would hold such a thing is refused by
name, in English, Russian, or Russian in Latin letters, however it is spelled or joined, and in
letters, marks or digits that only look like those (``readings``).  A closed
schema refuses every other key as well; this one says why, and a test holds our own schema to it.
``is_secret`` is the same for shelters, routes, travel documents and helpers, which never enter the
record.  Not touched: the *motive ascribed to an act*, and the text of what a teller says.
"""

import re
import unicodedata
from functools import lru_cache

from asylia.errors import RefusedError

STEMS = (
    "orientation", "sexual", "gender", "lgbt", "queer", "transgender", "homosex", "bisex",
    "faith", "religi", "creed", "denomination", "ethnic", "ethnie", "etnik", "nationality",
    "racial",
    "ориентац", "сексуал", "гендер", "лгбт", "трансгендер", "гомосекс",
    "вероиспов", "религи", "конфесси", "этнич", "этнос", "национальност", "расов",
    "исповедани", "половаяпринадлежн", "половойпринадлежн", "половаяидентич", "самоидентифик",
    "национальнаяпринадлежн", "национальнойпринадлежн", "нацпринадлежн", "etnos", "orientaci",
    "orientacij", "nacionalnost", "nazionalnost",
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
WORDS = frozenset({
    "sex", "sexe", "race", "gay", "lesbian", "trans", "tribe", "relig", "geschlecht", "cinsiyet",
    "mezhep", "пол", "раса", "вера", "гей", "геи", "нация", "национальн",
})  # fmt: skip
WORDS_LATIN = frozenset({"vera", "rasa", "pol"})


# Letters that look alike, Cyrillic and Greek as Latin, Latin as Cyrillic; digits in words.
_TO_LATIN = str.maketrans(
    "асеорхуікѕјԁһԛԝАВСЕНІЈКМОРЅТХУαεικνορτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡıꜱ",
    "aceopxyiksjdhqwABCEHIJKMOPSTXYaeiknoptuxgABEZHIKMNOPTYXgis",
)
_TO_CYRILLIC = str.maketrans("aceopxykABCEHKMOPTXY", "асеорхукАВСЕНКМОРТХУ")
_DIGITS = str.maketrans("013457$@", "oieastsa")
_HUMP = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][^\W\d_A-ZА-ЯЁ])")


def readings(name: str) -> tuple[str, ...]:
    """The name as it is read: nothing unseen in it, and look-alikes as one alphabet or another."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", name) if not _is_unseen(c))
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    latin = plain.translate(_TO_LATIN)
    seen = (plain, bare, latin, bare.translate(_TO_LATIN), plain.translate(_TO_CYRILLIC))
    digits = (one.translate(_DIGITS) for one in (latin, bare.translate(_TO_LATIN)))
    return tuple(dict.fromkeys((*seen, *digits)))


def words(name: str) -> frozenset[str]:
    """The words of a name, small: as it stands, and split where a hump begins."""
    split = (name, _HUMP.sub(" ", name))
    lettered = ("".join(c if c.isalpha() else " " for c in one) for one in split)
    return frozenset(word.casefold() for one in lettered for word in one.split())


@lru_cache(maxsize=4096)
def crosses(name: str) -> bool:
    """Whether a key or property of this name would hold what a person must not have."""
    for one in readings(name):
        joined = "".join(c for c in one.casefold() if c.isalpha())
        if any(stem in joined for stem in STEMS):
            return True
        if (WORDS | WORDS_LATIN) & words(one):
            return True
    return False


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


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Mn", "Lm") and not unicodedata.combining(sign)
