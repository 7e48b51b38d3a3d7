"""The desk's pages over a large record: what each costs a worker, beside the bare queries in it.

A vault holds 1,000, 10,000 or 100,000 claims, ten an act, entered through the ledger and grown into
its tables by the vault's own projections.  The desk's real application answers over a socket, one
request after the other, each for something else: words, filters, pages, windows of days, acts.

The yardstick, in the same process and run, on the same connection: the statements that the page ran
on the record's tables, run again bare and read to their end; nothing is decoded, drawn or escaped.
``frame`` is the page of keys, which reads nothing of the record: what any page costs at all.
``figures`` and ``values`` are reckoned from the whole record, once for a day and anew after a
claim came: they have no queries of their own to show, and what the first of them costs stands under
``reckoned_ms``.  ``ratio_cpu`` is the same comparison by the processor time of this process, which
holds the asking browser's side too: on a machine with other work the clock tells of that.
"""

import http.client
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn

from asylia import wire
from asylia.casework.place import Place
from asylia.desk.app import create_app
from asylia.desk.loopback import listen
from asylia.desk.screen import Desk
from asylia.desk.workspace import Workspace
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founder, found
from asylia.record import contents as c
from asylia.record.views import places
from asylia.vault.header import Costs
from asylia.vault.vault import Vault

SIZES = tuple(int(one) for one in os.environ.get("SIZES", "1000 10000 100000").split())
AIM_MS, AIM_RATIO = 150, 3
ROUNDS = 30
_PASSPHRASE = "amber basin cedar delta ember fjord"
_TOKEN, _NOW = "token", datetime(2026, 11, 22, 9, tzinfo=UTC)
_OURS = re.compile(r"\s*SELECT .*(views_|record_content)", re.S)
_LETTERS = "абвгдежзиклмнопрстуфхцч"
_PLACES, _UNITS, _SITES = 300, 40, 150
_VIOLATIONS = ("detention", "torture", "killing", "enforced_disappearance", "extortion")
_COMMON = "задержали избили увезли подвал машина телефон родственники Грозный Аргун"


def run() -> dict[str, Any]:
    """By number of claims and by page: p50 and p95 in ms, of it bare queries, and the ratio."""
    load = os.getloadavg()[0]
    sizes = {f"{size}": _measure(size) for size in SIZES}
    return {
        "aim_p95_ms": AIM_MS,
        "aim_ratio": AIM_RATIO,
        "load_before_and_after": [round(load, 1), round(os.getloadavg()[0], 1)],
        "claims": sizes,
    }


def _measure(size: int) -> dict[str, Any]:
    with TemporaryDirectory(dir="bench") as folder, _vault(Path(folder)) as (place, cost):
        cost["entering_seconds"], cost["growing_seconds"] = _fill(place, size)
        with _answering(place) as visitor:
            cost["reckoned_ms"] = {name: _took(visitor, one) for name, one in _RECKONED.items()}
            pages = {name: _page(visitor, ask) for name, ask in _asks(size).items()}
            cost["after_one_more_claim_ms"] = {
                name: _after_a_write(place, visitor, address, size + n)
                for n, (name, address) in enumerate(_after(visitor).items())
            }
        return {**cost, "vault_mib": _mib(Path(folder)), "pages": pages}


_RECKONED = {"figures_first": "/figures", "figures_of_another_day": "/figures/2015-12-31"}


def _took(visitor: "Visitor", address: str) -> float:
    started = time.perf_counter()
    visitor.get(address)
    return _ms(time.perf_counter() - started)


def _after(visitor: "Visitor") -> dict[str, str]:
    """Pages to ask for right after a write, of one more claim each."""
    claim = f"/claim/{visitor.handle('k5')}"
    return {
        "search": "/search", "sources": "/sources", "sites": "/sites", "claim": claim,
        "figures": "/figures",
    }  # fmt: skip


def _after_a_write(place: Place, visitor: "Visitor", address: str, n: int) -> float:
    new = c.Claim(**_claim(random.Random(n), n, n))
    place.append(place.ledger.new_record("casework"), new)
    return _took(visitor, address)


@contextmanager
def _vault(folder: Path) -> Iterator[tuple[Place, dict[str, Any]]]:
    costs = Costs(memory=64, passes=1, lanes=1)
    with Vault.create(folder / "vault", _PASSPHRASE, costs=costs) as vault:
        founding = found(
            [Founder(vault.keys(), "Linden")], relay_url="http://127.0.0.1:9", clock=lambda: _NOW
        )
        founding.enter(vault.store, vault.keys())
        courier = TeamCourier("http://127.0.0.1:9", founding.relay.secret, httpx.Client())
        yield Place(vault, vault.ledger(clock=lambda: _NOW), courier, lambda: _NOW), {}


def _fill(place: Place, size: int) -> tuple[float, float]:
    """Seconds for entering all of it into the ledger, and for growing the tables from it."""
    record = place.ledger.new_record("casework")
    started = time.perf_counter()
    with place.vault.store.transaction():
        for content in _contents(size):
            place.ledger.append(record, wire.encode(content))
    entered = time.perf_counter()
    place.project()
    return round(entered - started, 1), round(time.perf_counter() - entered, 1)


def _contents(size: int) -> Iterator[c.Content]:
    chance = random.Random(7)
    yield c.Event(id="e0", name="An invented purge", kind="purge")
    yield c.Event(id="e1", name="Another", kind="raid")
    for n in range(_UNITS):
        yield c.Organisation(
            id=f"u{n}", name=f"Unit {n}", kind="unit", part_of=f"u{n // 4}" if n else ""
        )
    for n in range(_PLACES):
        at = (42_700_000 + 4_500 * n, 44_900_000 + (n * 7_919 % 1_500) * 1_000)
        name = c.Name(text=f"Place {n}", language="en")
        yield c.Place(
            id=f"p{n}", names=(name,), precision="settlement", latitude=at[0], longitude=at[1]
        )
    for n in range(min(_SITES, size // 50)):
        yield c.Site(id=f"t{n}", name=f"Site {n}", place=f"p{n}")
    for n in range(max(1, size // 50)):
        yield c.Source(id=f"s{n}", kind="article", title=f"Text {n}", language="ru", said_on="2017")
    for n in range(size // 10):
        start = date(2009, 1, 1) + timedelta(days=chance.randrange(5_000))
        by = c.Involved(kind="police", who=f"u{chance.randrange(_UNITS)}", role="took_part")
        yield c.Act(
            id=f"a{n}", event=f"e{n % 2}", violation=chance.choice(_VIOLATIONS), victim="u0",
            place=f"p{chance.randrange(_PLACES)}", perpetrators=(by,),
            interval=f"{start}/{start + timedelta(days=chance.randrange(20))}",
        )  # fmt: skip
    for n in range(size):
        yield c.Claim(**_claim(chance, n, size))


def _claim(chance: random.Random, n: int, size: int) -> dict[str, Any]:
    words = chance.choices(_COMMON.split(), k=4) + [
        _word(int(chance.paretovariate(0.5))) for _ in range(12)
    ]
    site = n % 60 == 0
    subject = f"t{n // 60 % max(1, min(_SITES, size // 50))}" if site else f"a{n // 10}"
    return {
        "id": f"k{n}", "source": f"s{n // 50 % max(1, size // 50)}", "words": " ".join(words),
        "tellers": (c.Teller(who=f"u{chance.randrange(_UNITS)}"),), "subject": subject,
        "property": "site_status" if site else "detained", "event": f"e{n // 10 % 2}",
        "value": chance.choice(("in_use", "destroyed", "moved")) if site else "",
        "count": None if site else c.Count(min=1), "language": "ru",
        "said_on": f"20{10 + chance.randrange(14)}-0{1 + chance.randrange(9)}-11",
        "certainty": "confirms" if n % 97 == 0 else "reports", "place": f"p{n % _PLACES}",
    }  # fmt: skip


def _word(rank: int) -> str:
    """The invented word of that rank: the higher, the rarer."""
    rank, out = min(rank, 60_000) + 400, ""
    while rank:
        rank, at = divmod(rank, len(_LETTERS))
        out += _LETTERS[at] + "ае"[at % 2]
    return out


Ask = Callable[["Visitor", random.Random], str]


def _asks(size: int) -> dict[str, Ask]:
    """Each page, asked for in many ways; an ask gives the address to time."""

    def search(visitor: "Visitor", chance: random.Random) -> str:
        asked = chance.choice(
            (_word(int(chance.paretovariate(0.5))), "Grozny подвал", f"телефон {_word(1)}", "Argun")
        )
        more = {"event": visitor.event} if chance.random() < 0.5 else {}
        return visitor.posted("/search", text=asked, **more)

    def listed(visitor: "Visitor", chance: random.Random) -> str:
        fields = chance.choice(
            ({}, {"event": visitor.event}, {"certainty": "confirms"}, {"property": "site_status"},
             {"since": "2015", "until": "2016"}, {"as_of": "2014"})
        )  # fmt: skip
        first = visitor.posted("/search", **fields)
        found = re.search(r'href="(/search/\w+/2)"', visitor.get(first))
        return found[1] if found and chance.random() < 0.5 else first

    def timeline(visitor: "Visitor", chance: random.Random) -> str:
        year = 2009 + chance.randrange(13)
        fields = chance.choice(({}, {"since": f"{year}", "until": f"{year + 1}"}, {"kind": "act"}))
        return visitor.posted("/timeline", **fields)

    def mapped(visitor: "Visitor", chance: random.Random) -> str:
        region = chance.choice(("chechnya", "caucasus"))
        return visitor.posted(f"/map/{region}", as_of=f"{2010 + chance.randrange(14)}")

    def matrix(visitor: "Visitor", chance: random.Random) -> str:
        year = 2009 + chance.randrange(13)
        return visitor.posted("/matrix", by="who", since=f"{year}", until=f"{year + 3}")

    def act(visitor: "Visitor", chance: random.Random) -> str:
        return f"/act/{visitor.handle(f'a{chance.randrange(size // 10)}')}"

    def sources(_: "Visitor", chance: random.Random) -> str:
        return f"/sources/{1 + chance.randrange(max(1, size // 1_000))}"

    def sites(_: "Visitor", chance: random.Random) -> str:
        return f"/sites/{1 + chance.randrange(max(1, -(-min(_SITES, size // 50) // places.PAGE)))}"

    def values(visitor: "Visitor", chance: random.Random) -> str:
        found = re.search(r'href="(/values/\w+)"', visitor.get("/figures"))
        return f"{found[1]}/{1 + chance.randrange(10)}" if found else "/figures"

    def claim(visitor: "Visitor", chance: random.Random) -> str:
        return f"/claim/{visitor.handle(f'k{chance.randrange(size)}')}"

    return {
        "frame": lambda *_: "/help", "search": search, "list": listed, "timeline": timeline,
        "map": mapped, "matrix": matrix, "act": act, "sources": sources,
        "sites": sites, "claim": claim, "figures": lambda *_: "/figures", "values": values,
    }  # fmt: skip


def _page(visitor: "Visitor", ask: Ask) -> dict[str, Any]:
    chance = random.Random(3)
    ours, bare, cpu = [], [], []
    for turn in range(ROUNDS + 3):
        address = ask(visitor, chance)
        visitor.get(address)  # what is traced is not what is timed
        statements = visitor.statements(address)
        worked, started = time.process_time(), time.perf_counter()
        visitor.get(address)
        took, between = time.perf_counter() - started, time.process_time()
        alone = visitor.bare(statements)
        if turn >= 3:
            ours.append(took)
            bare.append(alone)
            cpu.append((between - worked, time.process_time() - between))
    told = {"p50_ms": _ms(_share(ours, 0.5)), "p95_ms": _ms(_share(ours, 0.95))}
    if not statements:
        return told
    return {
        **told,
        "queries_p50_ms": _ms(_share(bare, 0.5)),
        "queries_p95_ms": _ms(_share(bare, 0.95)),
        "ratio_p95": round(_share(ours, 0.95) / _share(bare, 0.95), 2),
        "ratio_of_sums": round(sum(ours) / sum(bare), 2),
        "ratio_cpu": round(sum(one[0] for one in cpu) / sum(one[1] for one in cpu), 2),
    }


@dataclass
class Visitor:
    """A browser's side of one session."""

    desk: Desk
    host: str
    port: int
    cookie: str = ""
    event: str = ""
    _line: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port)

    def get(self, address: str) -> str:
        """A page, whole."""
        status, _, text = self._ask("GET", address)
        if status != 200:
            raise SystemExit(f"{address.split('/')[1]}: {status}")
        return text

    def handle(self, name: str) -> str:
        """What stands for an id in this session's addresses."""
        workspace = self.desk.workspace
        if workspace is None:
            raise SystemExit("the desk is locked")
        return workspace.handles.of(name)

    def posted(self, where: str, **fields: str) -> str:
        """Send a filter; the address that it leads to."""
        status, headers, text = self._ask("POST", where, fields)
        if status != 303:
            raise SystemExit(f"{where}: {status} {text[:200]}")
        return headers["location"]

    def statements(self, address: str) -> list[str]:
        """What this page runs on the record's tables."""
        found: list[str] = []
        connection = self._connection
        connection.set_trace_callback(found.append)
        self.get(address)
        connection.set_trace_callback(None)
        return [one for one in found if _OURS.match(one)]

    def bare(self, statements: list[str]) -> float:
        """Seconds for running these again and reading all that they give."""
        connection = self._connection
        started = time.perf_counter()
        for one in statements:
            connection.execute(one).fetchall()
        return time.perf_counter() - started

    @property
    def _connection(self) -> Any:
        workspace = self.desk.workspace
        if workspace is None:
            raise SystemExit("the desk is locked")
        return workspace.place.vault.connection

    def _ask(
        self, method: str, address: str, fields: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        headers = {"host": self.host, "cookie": self.cookie}
        body = None
        if fields is not None:
            headers |= {
                "origin": f"http://{self.host}",
                "content-type": "application/x-www-form-urlencoded",
            }
            body = urlencode({"csrf": self.desk.door.csrf, **fields})
        self._line.request(method, address, body, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text


@contextmanager
def _answering(place: Place) -> Iterator[Visitor]:
    """The desk's application over a socket, entered and unlocked."""
    listening = listen()
    port = listening.getsockname()[1]
    host = f"desk-0badcafe.localhost:{port}"
    app = create_app(
        lambda _: Workspace(place), host=host, link_token=_TOKEN, clock=lambda: datetime.now(UTC)
    )
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    visitor = Visitor(app.state.desk, host, port)
    _, headers, _ = visitor._ask("GET", f"/enter/{_TOKEN}")
    visitor.cookie = headers["set-cookie"].split(";")[0]
    visitor.posted("/unlock", passphrase=_PASSPHRASE)
    visitor.event = app.state.desk.workspace.handles.of("e0")
    try:
        yield visitor
    finally:
        server.should_exit = True
        thread.join()


def _share(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _ms(seconds: float) -> float:
    return round(seconds * 1_000, 1)


def _mib(folder: Path) -> float:
    return round(sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 2**20, 1)
