"""Exhibits: bytes against the hash taken at intake, custody as one chain, copies by origin.

``spec/bundle.md``, "Exhibits".  What is held against what here are proven fields and files that the
signed statement lists; that a log tells the truth is not shown, only that it holds together and
that the team's log had committed to it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from asylia_verify.errors import WrongError
from asylia_verify.statement import STATEMENT, Statement
from asylia_verify.strict import day, many, message, octets, optional, record, text, whole

_FOLDER = "data/exhibits/"
_ALWAYS = frozenset({"custody", "media_type", "sha256", "size", "source_kind", "taken_in"})
_COPY = frozenset({"derived_by", "derived_how", "original_sha256"})
_MAY = _ALWAYS | _COPY | {"description"}
_OWN = _MAY - {"source_kind"}  # which a claim has as well
_HASH = re.compile(r"[0-9a-f]{64}")
_QUOTES = re.compile(r"text ([0-9a-f]{16}), characters (\d{1,9})-(\d{1,9})")
_GIVES_AWAY = frozenset({"taken_in", "handed_over", "returned"})
_LINE = text(r"[^\0\n]{0,500}", 2000)
_LOG = record(
    {
        "events": many(
            record(
                {
                    "action": text(r"[^\0\n]{1,500}", 2000),
                    "by": whole(0, 1000),
                    "condition": _LINE,
                    "on": day,
                    "place": _LINE,
                    "purpose": _LINE,
                    "sha256_after": optional(octets(32)),
                    "sha256_before": optional(octets(32)),
                    "to": whole(0, 1000),
                }
            ),
            1,
            1000,
        )
    }
)


@dataclass(frozen=True)
class Exhibits:
    """How many there are, with their bytes or by their record alone, and what hangs on them."""

    whole: int
    records: int
    copies: int
    lone_copies: int
    events: int
    quotes: int


def check_exhibits(
    files: Mapping[str, bytes], statement: Statement, proven: Mapping[str, Mapping[str, str]]
) -> Exhibits:
    """Every exhibit of the bundle; ``WrongError`` names the first that does not hold."""
    told = {name: one for name, one in proven.items() if not _OWN.isdisjoint(one)}
    carried = _carried(files, statement, told)
    events = 0
    for name, fields in told.items():
        file = f"data/items/{name}.json"
        _check_fields(fields, file)
        events += _check_custody(fields, file, statement.said["made_on"])
        if name in carried:
            _check_bytes(carried[name], fields, f"{_FOLDER}{name}/content")
    copies = [one for one in told.values() if "original_sha256" in one]
    here = {one["sha256"] for one in told.values()}
    return Exhibits(
        whole=len(carried),
        records=len(told) - len(carried),
        copies=len(copies),
        lone_copies=sum(one["original_sha256"] not in here for one in copies),
        events=events,
        quotes=_check_quotes(proven, carried),
    )


def _carried(
    files: Mapping[str, bytes], statement: Statement, told: Mapping[str, Mapping[str, str]]
) -> dict[str, bytes]:
    names = statement.said["exhibits"]
    held = {
        name.split("/")[2]: content
        for name, content in files.items()
        if name.startswith(_FOLDER) and name.endswith("/content") and name.count("/") == 3
    }
    if sum(name.startswith(_FOLDER) for name in files) != len(held):
        raise WrongError("holds a file that is no exhibit's content", "data/exhibits")
    if names != sorted(set(names)):
        raise WrongError("names an exhibit twice or out of order", STATEMENT)
    for name in sorted({*names, *held}):
        if name not in held:
            raise WrongError("is an exhibit that the statement names, and missing", _FOLDER + name)
        if name not in names:
            raise WrongError("is an exhibit that the statement does not name", _FOLDER + name)
        if name not in told:
            raise WrongError("is an exhibit without a record in data/items", _FOLDER + name)
    return held


def _check_fields(fields: Mapping[str, str], file: str) -> None:
    names = fields.keys()
    if not names >= _ALWAYS or names - _MAY:
        raise WrongError("is an exhibit with other fields than an exhibit has", file)
    if names & _COPY and not names >= _COPY:
        raise WrongError("is a copy that does not name its original, or what made it", file)
    hashes = [fields[name] for name in ("sha256", "original_sha256") if name in fields]
    if not all(_HASH.fullmatch(one) for one in hashes):
        raise WrongError("has a SHA-256 that is none", file)
    if len(set(hashes)) != len(hashes):
        raise WrongError("is a copy with the very bytes of its original", file)


def _check_bytes(content: bytes, fields: Mapping[str, str], file: str) -> None:
    if sha256(content).hexdigest() != fields["sha256"]:
        raise WrongError("is not the exhibit that was taken in: its SHA-256 is another", file)
    if str(len(content)) != fields["size"]:
        raise WrongError("has not the size that was taken down at intake", file)


def _check_custody(fields: Mapping[str, str], file: str, made_on: date) -> int:
    log = message(fields["custody"].encode(), "asylia/custody-log/1", _LOG, file)["events"]
    digest = bytes.fromhex(fields["sha256"])
    if log[0]["action"] != "taken_in" or log[0]["on"].isoformat() != fields["taken_in"]:
        raise WrongError("the custody log does not begin with the intake, on its day", file)
    last, holder, before = digest, 0, log[0]["on"]
    for number, event in enumerate(log, 1):
        try:
            _check_event(event, digest, last, holder, before)
        except WrongError as error:
            raise WrongError(
                "custody log, line %(number)s: %(why)s", file, number=number, why=error.told
            ) from None
        last = event["sha256_after"] or event["sha256_before"]
        holder = event["to"] if event["action"] in _GIVES_AWAY and event["to"] else holder
        before = event["on"]
    if before > made_on:
        raise WrongError("the custody log goes on after the bundle was made", file)
    return len(log)


def _check_event(
    event: dict[str, Any], digest: bytes, last: bytes, holder: int, before: date
) -> None:
    taken = [event["sha256_before"], event["sha256_after"]]
    if event["on"] < before:
        raise WrongError("is out of order: it is of an earlier day than the line above it")
    if taken == [None, None]:
        raise WrongError("nobody took the hash, so the chain is broken")
    if taken[0] not in (None, last):
        raise WrongError("the hash before is not the hash that it had last")
    if taken[1] not in (None, digest):
        raise WrongError("the hash after is not that of the exhibit")
    if event["action"] in _GIVES_AWAY and holder and event["by"] != holder:
        raise WrongError("it is given by another hand than the one that had it")


def _check_quotes(proven: Mapping[str, Mapping[str, str]], carried: Mapping[str, bytes]) -> int:
    """Claims that quote a text in the bundle say, letter for letter, what stands at that place."""
    by_hash = {proven[name]["sha256"][:16]: content for name, content in carried.items()}
    quotes = 0
    for name, fields in proven.items():
        at = _QUOTES.fullmatch(fields.get("locator", ""))
        content = by_hash.get(at[1]) if at else None
        if at is None or content is None or "words" not in fields:
            continue
        quoted = content.decode("utf-8", "replace")[int(at[2]) - 1 : int(at[3])]
        if quoted != fields["words"]:
            raise WrongError(
                "does not quote what stands at its place in the text that it names",
                f"data/items/{name}.json",
            )
        quotes += 1
    return quotes
