"""Invented incidents in invented places, as four lists tell of them; the truth is kept apart."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from asylia.counts.incidents.table import Incidents

TOWNS = (
    "Примерово Выдумкино Небывалово Сказкино Образцовка Мнимый Ложный Дальний Верхний Пример "
    "Нижний Пример Старая Небыль Новая Небыль Полынное Камышовка Ветреное Туманное Оврагово "
    "Заречье-Мнимое Кукушкино Лисьино Барсучье Журавлиное Совиное Ежово"
)
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_SPELT = "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
LATIN = dict(zip(_CYRILLIC, _SPELT.split(), strict=True))
REGIONS = ("North Hollow", "South Hollow", "Riverbend", "Marsh", "Upland")
ACTS = ("detention", "shelling", "raid", "abduction", "beating", "demolition", "arson")
OFTEN = (30, 25, 18, 10, 10, 5, 2)


@dataclass(frozen=True)
class Invented:
    """Records in no order, and which incident each tells of."""

    records: Incidents
    truth: tuple[str, ...]


def towns() -> list[str]:
    words = TOWNS.split()
    joined, at = [], 0
    while at < len(words):
        two = words[at] in {"Верхний", "Нижний", "Старая", "Новая"}
        joined.append(" ".join(words[at : at + 1 + two]))
        at += 1 + two
    return joined


def latin(text: str) -> str:
    spelt = "".join(LATIN.get(one, one) for one in text.casefold()).replace("-", "")
    return spelt.title()


def invented(incidents: int, seed: int) -> Invented:
    drawn = random.Random(seed)
    where = {
        town: (REGIONS[at % 5], 43 + at // 5 * 0.4 + drawn.random() * 0.2, 45 + at % 5 * 0.6)
        for at, town in enumerate(towns())
    }
    rows: list[tuple[str, str, dict[str, str]]] = []
    for at in range(incidents):
        day = date(2018, 1, 1) + timedelta(days=drawn.randrange(730))
        town = drawn.choice(list(where))
        act = drawn.choices(ACTS, OFTEN)[0]
        victims = min(1 + int(drawn.paretovariate(1.1)) - 1, 300) or 1
        for name, share in zip("ABCD", (0.55, 0.45, 0.4, 0.3), strict=True):
            while drawn.random() < share:
                told = telling(drawn, name, day, town, where[town], act, victims)
                rows.append((name, str(at), told))
                if drawn.random() > 0.1:  # a list seldom tells of one twice
                    break
    drawn.shuffle(rows)
    kinds = ("day", "place", "region", "latitude", "longitude", "act", "victims")
    columns = {kind: [row[kind] for _, _, row in rows] for kind in kinds}
    ids = [str(number) for number in range(len(rows))]
    return Invented(
        Incidents(ids, columns, [name for name, _, _ in rows]), tuple(one for _, one, _ in rows)
    )


def telling(
    drawn: random.Random, name: str, day: date, town: str, there: tuple[str, float, float],
    act: str, victims: int,
) -> dict[str, str]:  # fmt: skip
    """One list's record of it: a day off, a month only, the district alone, another number."""
    region, north, east = there
    chance = drawn.random()
    on = day.isoformat()
    if 0.6 < chance < 0.8:
        on = (day + timedelta(days=drawn.choice((-2, -1, 1, 1, 2)))).isoformat()
    elif 0.8 < chance < 0.86:
        on = (day + timedelta(days=drawn.choice((-7, -5, 6, 9)))).isoformat()
    elif chance > 0.86:
        on = day.isoformat()[:7] if chance < 0.97 else ""
    place = town if name == "B" else latin(town)
    if drawn.random() < 0.1 and len(place) > 5:
        slip = drawn.randrange(1, len(place) - 1)
        place = place[:slip] + place[slip + 1 :]
    spot = drawn.random() < (0.5 if name == "C" else 0.1)
    if drawn.random() < 0.15:
        place = ""
    many = str(victims)
    if drawn.random() < 0.3:
        about = max(round(victims * drawn.uniform(0.8, 1.2)), 1)
        many = drawn.choice((f"about {about}", f"at least {max(about - 1, 1)}", f"{about}", ""))
    told = act if drawn.random() < 0.85 else drawn.choice((*ACTS, ""))
    return {
        "day": on, "place": place, "region": region if drawn.random() < 0.7 else "",
        "latitude": f"{north + drawn.uniform(-0.05, 0.05):.3f}" if spot else "",
        "longitude": f"{east + drawn.uniform(-0.05, 0.05):.3f}" if spot else "",
        "act": told, "victims": many,
    }  # fmt: skip
