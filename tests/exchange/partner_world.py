"""Two teams and a linker, each with a vault and a relay of its own; lists of invented persons."""

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
from tests.casework.world import COSTS, PASSPHRASE, Hands, serving

from asylia.cli import run
from asylia.crypto.signing import SigningKey
from asylia.desk.loopback import listen
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founder, found
from asylia.record import contents as c
from asylia.values import Day, day_of, system_clock
from asylia.vault.vault import Vault
from asylia.wire import Message, encode

INVENTED = Path(__file__).resolve().parents[2] / "examples" / "linkage" / "invented.csv"
TODAY = day_of(system_clock())
RISKS = c.Risks(explained="who could learn of it", by="Heron", language="en", on=Day(TODAY - 1))
LINKER = c.Recipient(id="r-linker", name="An invented linker", tells=("r-other",), language="en")
OTHER = c.Recipient(id="r-other", name="The other invented organisation", language="ru")
MOST = 45  # rows of a list
UNASKED = 3  # persons of each list who did not agree


@dataclass
class Team:
    """One organisation's device: its vault is closed between commands."""

    folder: Path
    url: str
    secret: bytes
    root: SigningKey

    @property
    def vault(self) -> Path:
        return self.folder / "vault"

    def append(self, *contents: Message) -> None:
        with Vault.open(self.vault, PASSPHRASE) as vault, httpx.Client(trust_env=False) as client:
            ledger = vault.ledger()
            record = ledger.new_record("casework")
            with vault.store.transaction():
                for content in contents:
                    ledger.append(record, encode(content))
            ledger.sync(TeamCourier(self.url, self.secret, client))

    def contents(self, compartment: str) -> list[bytes]:
        with Vault.open(self.vault, PASSPHRASE) as vault:
            entries = vault.ledger().entries()
            return [one.content for one in entries if one.compartment == compartment]

    def run(self, command: str, *told: str | Path, json: bool = True) -> tuple[int, str, str]:
        """The exit code, and what was said on both outputs."""
        given = ["partners", command, str(self.vault), *(str(one) for one in told)]
        secret = ["--passphrase-file", str(self.folder / "passphrase"), *["--json"][:json]]
        if command != "card":  # where this machine swaps is tried in tests/vault
            secret.append("--swap-is-safe")
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = run([*given, *secret])
        return code, out.getvalue(), " ".join(err.getvalue().split())

    def said(self, command: str, *told: str | Path) -> Any:
        code, out, err = self.run(command, *told)
        assert code == 0, err
        return json.loads(out)

    def hand_over(self, name: str, card: Path, words: list[str], out: Path) -> Any:
        """Look, then seal what was looked at."""
        asked = [self.folder / "list.csv", "--recipient", LINKER.id, "--list", f"List {name}"]
        look = self.said("hand-over", *asked, "--look")
        given = ["--card", card, "--words-file", heard(self.folder, words), "--out", out]
        return look, self.said("hand-over", *asked, "--read", look["read"], *given)


def heard(folder: Path, *words: list[str]) -> Path:
    """A file with what somebody heard, a line each."""
    path = folder / "heard"
    path.write_text("\n".join(" ".join(one) for one in words))
    return path


def consent(person: str, **given: object) -> c.Consent:
    fields = {
        "id": f"agreed-{person}", "person": person, "given_by": person, "purpose": "linkage",
        "recipient": LINKER.id, "onward": LINKER.tells, "items": (person,), "risks": RISKS,
        "given_on": Day(TODAY - 1), "expires_on": Day(TODAY + 90),
    }  # fmt: skip
    return c.Consent(**fields | given)  # type: ignore[arg-type]


@contextmanager
def team(folder: Path, *contents: Message) -> Iterator[Team]:
    folder.mkdir()
    (folder / "passphrase").write_text(PASSPHRASE)
    listening = listen()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with Vault.create(folder / "vault", PASSPHRASE, costs=COSTS) as vault:
        founding = found([Founder(vault.keys(), "Linden")], relay_url=url)
        founding.enter(vault.store, vault.keys())
    with serving(folder, listening, founding.relay.secret, Hands(system_clock())):
        made = Team(folder, url, founding.relay.secret, founding.root)
        if contents:
            made.append(*contents)
        yield made


def listed(name: str) -> list[dict[str, str]]:
    """The rows of one invented list, each with a pseudonym as its id."""
    rows = csv.DictReader(INVENTED.open(encoding="utf-8"))
    return [{**row, "id": f"{name}-{row['id']}"} for row in rows if row["list"] == name][:MOST]


def agreed(name: str) -> list[c.Consent]:
    """The consents of all persons of a list but the first few."""
    return [consent(row["id"]) for row in listed(name)[UNASKED:]]


def organisation(folder: Path, name: str, stack: ExitStack, *contents: Message) -> Team:
    rows = listed(name)
    people = [c.Person(id=row["id"], pseudonym=row["id"]) for row in rows]
    made = stack.enter_context(team(folder / name, LINKER, OTHER, *people, *contents))
    with (made.folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "clan"])
        writer.writeheader()
        writer.writerows({**row, "list": f"List {name}", "clan": "Unneeded"} for row in rows)
    return made


@dataclass
class Round:
    """The three, and where what they send each other lies."""

    folder: Path
    heron: Team
    stork: Team
    linker: Team

    @property
    def teams(self) -> dict[str, Team]:
        """The organisations by the letter of their list."""
        return {"A": self.heron, "B": self.stork}


@contextmanager
def three(folder: Path) -> Iterator[Round]:
    with ExitStack() as stack:
        heron = organisation(folder, "A", stack, *agreed("A"))
        stork = organisation(folder, "B", stack, *agreed("B"))
        yield Round(folder, heron, stork, stack.enter_context(team(folder / "linker")))
