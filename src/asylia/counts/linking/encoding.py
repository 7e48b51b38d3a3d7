"""Records as numbers: all that comparing them needs, and nothing that a name can be read from.

Upholds: what goes to a database is a record's row and hashed keys; names stay in this process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking import dates, names
from asylia.counts.linking.constants import CONSTANTS, Constants
from asylia.counts.linking.table import Records
from asylia.counts.linking.vocabulary import Vocabulary

MOST_TOKENS = 16
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MISSING = -1


class Numbers(NamedTuple):
    """The same for the compiled part: arrays by row; -1, or not a number, is missing."""

    token_starts: Ints
    tokens: Ints
    token_bits: Floats
    token_initial: Ints  # its first letter; below 0 where that letter is the whole token
    near_starts: Ints
    near: Ints
    worth: Floats
    born: Ints  # first and last day
    day: Ints
    place: Ints  # the place's number
    place_bits: Floats
    place_near_starts: Ints
    place_near: Ints
    region: Ints
    area: Ints  # the beginning of the postcode
    postcode: Ints
    post_near_starts: Ints
    post_near: Ints
    spot: Floats  # latitude and longitude
    sex: Ints
    sex_bits: Floats
    occupation: Ints
    occupation_bits: Floats
    by: Constants


@dataclass(frozen=True)
class Encoded:
    """Numbers of the records, the fields that they have, and the list of each record."""

    numbers: Numbers
    fields: tuple[str, ...]
    lists: Ints
    size: int


def encode(records: Records, by: Constants = CONSTANTS) -> Encoded:
    """Read every column once."""
    size = len(records)
    split = [names.tokens(name)[:MOST_TOKENS] for name in records.columns["name"]]
    words, numbers = Vocabulary.of(split, partial(names.kin, by=by), by)
    starts = np.cumsum([0, *map(len, split)]).astype(np.int64)
    initial = [ord(one[0]) if len(one) > 1 else -ord(one[0]) for one in words.tokens]
    places, place = _texts(records.column("place"), size, by)
    codes, postcode = _texts(records.column("postcode"), size, by)
    _, region = _texts(records.column("region"), size, by)
    sexes, sex = _texts(records.column("sex"), size, by)
    work, occupation = _texts(records.column("occupation"), size, by)
    day = _days(records.column("day"), size)
    fields = {
        "name": True,
        "born": records.column("born") is not None or records.column("age") is not None,
        "day": records.column("day") is not None,
        "place": any(records.column(k) for k in ("place", "region", "postcode", "latitude")),
        "sex": records.column("sex") is not None,
        "occupation": records.column("occupation") is not None,
    }
    return Encoded(
        Numbers(
            token_starts=starts,
            tokens=np.array([numbers[one] for record in split for one in record], np.int64),
            token_bits=words.bits,
            token_initial=np.array(initial, np.int64),
            near_starts=words.near_starts,
            near=words.near,
            worth=words.worth,
            born=_born(records, day, size),
            day=day,
            place=place,
            place_bits=places.bits,
            place_near_starts=places.near_starts,
            place_near=places.near,
            region=region,
            area=_texts(_areas(records.column("postcode")), size, by)[1],
            postcode=postcode,
            post_near_starts=codes.near_starts,
            post_near=codes.near,
            spot=_spots(records, size),
            sex=sex,
            sex_bits=sexes.bits,
            occupation=occupation,
            occupation_bits=work.bits,
            by=by,
        ),
        tuple(name for name, there in fields.items() if there),
        _texts(records.lists or None, size, by)[1],
        size,
    )


def _texts(column: Sequence[str] | None, size: int, by: Constants) -> tuple[Vocabulary, Ints]:
    """Whole texts as numbers, their own vocabulary beside them."""
    column = column or [""] * size
    read = {one: " ".join(names.tokens(one)) for one in set(column)}
    folded = [read[one] for one in column]
    words, numbers = Vocabulary.of([(one,) if one else () for one in folded], lambda _: (), by)
    return words, np.array([numbers.get(one, MISSING) for one in folded], np.int64)


def _areas(codes: Sequence[str] | None) -> list[str] | None:
    """The coarser part of a code: its first word, or its first half."""
    if codes is None:
        return None
    return [one.split()[0] if " " in one.strip() else one[: (len(one) + 1) // 2] for one in codes]


def _days(column: Sequence[str] | None, size: int) -> Ints:
    out = np.full((size, 2), MISSING, np.int64)
    known: dict[str, dates.Interval | None] = {"": None}
    for at, text in enumerate(column or ()):
        if text not in known:
            known[text] = dates.read(text)
        if (found := known[text]) is not None:
            out[at] = found.first, found.last
    return out


def _born(records: Records, day: Ints, size: int) -> Ints:
    out = _days(records.column("born"), size)
    for at, text in enumerate(records.column("age") or ()):
        if out[at, 0] == MISSING and day[at, 0] != MISSING and text.strip():
            on = dates.Interval(int(day[at, 0]), int(day[at, 1]))
            found = dates.by_age(float(text), on)
            out[at] = found.first, found.last
    return out


def _spots(records: Records, size: int) -> Floats:
    out = np.full((size, 2), np.nan)
    for to, kind in enumerate(("latitude", "longitude")):
        for at, text in enumerate(records.column(kind) or ()):
            try:
                out[at, to] = float(text or "nan")
            except ValueError:
                continue
    return out
