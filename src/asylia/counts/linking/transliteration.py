"""Latin forms of names written in Cyrillic (Russian, Chechen) and Arabic, and what they sound like.

Upholds: one spelling, the same for every system, comes of a name that ICAO Doc 9303, BGN/PCGN,
GOST 7.79 or a passport officer's habit would each write differently.  Refuses to guess a language:
the letters alone decide.  Tables after ICAO Doc 9303 part 3 (section 6), BGN/PCGN 1947 (Russian),
2008 (Chechen), 1956 (Arabic), GOST 7.79-2000 system B.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

CYRILLIC = dict(zip("абвгдезийклмнопрстуфхыьъ", (
    "a", "b", "v", "g", "d", "e", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t",
    "u", "f", "kh", "y", "-", "-",
), strict=True)) | {
    "ё": "e", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "э": "e", "ю": "iu",
}  # fmt: skip
CYRILLIC |= {
    "я": "ia",
    "і": "i",
    "ї": "i",
    "є": "ie",
    "ґ": "g",
    "ў": "u",
    "-": "",
    "ӏ": "",
    "Ӏ": "",
}
# Chechen digraphs, before single letters; the palochka is often typed as 1, I or l.
CHECHEN = {"аь": "a", "оь": "o", "уь": "u", "юь": "u", "яь": "a", "гӏ": "g", "кх": "q", "къ": "q"}
CHECHEN |= {"кӏ": "k", "пӏ": "p", "тӏ": "t", "хь": "h", "хӏ": "h", "цӏ": "ts", "чӏ": "ch"}
ARABIC = dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةآأإؤئ", (
    "a", "b", "t", "th", "j", "h", "kh", "d", "dh", "r", "z", "s", "sh", "s", "d", "t", "z",
    "-", "gh", "f", "q", "k", "l", "m", "n", "h", "u", "i", "a", "a", "a", "a", "i", "u", "i",
), strict=True)) | {
    "ء": "", "پ": "p", "چ": "ch", "ژ": "zh", "گ": "g", "ک": "k", "ی": "i", "ـ": "",
}  # fmt: skip

# The article is written as one with its name ("الأحمد"), which Latin lists leave out or set apart;
# names that merely begin so are kept whole: Aleksandr, Ilyas, Albert, Alfred, Alina.
_ARTICLE = re.compile("\\bال(?!كس|ياس|برت|فري|ينا)(?=[\u0621-\u064a]{3})")

# What the systems write differently, brought to one form; the order matters.
_ONE_FORM = [
    (re.compile(pattern), one)
    for pattern, one in [
        (r"shch|sch|sc'h", "sh"),
        (r"tch|tsch", "ch"),
        (r"zh|dzh|dj", "j"),
        (r"kh|x|ch(?=[bdgmnr])", "h"),
        (r"gh", "g"),
        (r"ck|q", "k"),
        (r"ph", "f"),
        (r"ts|tz|c(?=[eiy])|cz", "s"),
        (r"c(?!h)", "k"),
        (r"dh|th", "t"),
        (r"ou|w(?=[^aeiou]|$)", "u"),
        (r"w", "v"),
        (r"ks", "s"),
        (r"(?<=[aeiou])ff?$|(?<=[aeiou])v$", "v"),
        (r"[iyj]+(?=[aeou])", "i"),
        (r"y|ii+|ij|iy|ee", "i"),
        (r"io(?=[^aeiou])", "e"),
        (r"ie|ye", "e"),
        (r"oo", "u"),
        (r"(.)\1+", r"\1"),
        (r"['’ʼ`´ʿʾ]", ""),
    ]
]
_VOWELS = re.compile(r"[aeiou]+")


def latin(text: str) -> str:
    """Small Latin letters, spaces, and what stands between; other scripts by ``anyascii``."""
    lowered = unicodedata.normalize("NFC", text).casefold()
    if not lowered.isascii():
        lowered = _other_scripts(lowered)
        split = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(one for one in split if not unicodedata.combining(one))
        lowered = anyascii(lowered.translate(_PLAIN)).lower()
    return lowered


@lru_cache(1 << 16)
def sounds_like(token: str) -> str:
    """One form for the spellings of one name: "Khadzhiev", "Hadjiev" and "Xajiyev" agree in it."""
    for pattern, one in _ONE_FORM:
        token = pattern.sub(one, token)
    return token


def consonants(token: str) -> str:
    """What is left where vowels are not written, as in Arabic: "mhmd" for Muhammad and Mohamed."""
    form = sounds_like(token)
    return form[:1].translate(_FIRST) + _VOWELS.sub("", form[1:])


_FIRST = str.maketrans("eiou", "aaaa")
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


def _other_scripts(text: str) -> str:
    out: list[str] = []
    at = 0
    text = _ARTICLE.sub("ال ", text)
    while at < len(text):
        pair, one = text[at : at + 2], text[at]
        if pair in CHECHEN:
            out.append(CHECHEN[pair])
            at += 2
            continue
        start = at == 0 or not text[at - 1].isalpha()
        if one == "е" and (start or text[at - 1] in "аеёиоуыэюяьъ"):
            out.append("ie" if not start else "e")
        else:
            out.append(CYRILLIC.get(one, ARABIC.get(one, one)).replace("-", ""))
        at += 1
    return "".join(out)
