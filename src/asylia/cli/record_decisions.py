"""``asylia record mask``, ``decide``, ``decisions``, ``second``, ``told``: hiding and deciding.

Who is made unidentifiable in a claim, and what two members decide for somebody who can't be asked
where life is at stake.  Upholds: texts and reasons come from files, never as arguments.
"""

import json as json_text
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from rich.console import Console

from asylia.casework.agreeing import record_life_at_stake, tell, word_of
from asylia.casework.agreeing import second as second_it
from asylia.casework.documenting import record_recipient
from asylia.casework.masking import mask as mask_it
from asylia.casework.place import Place
from asylia.cli._working import Json, answer, find_device, working
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import MalformedError, NotFoundError, UsageError
from asylia.record.at_stake import untold
from asylia.record.consent import PUBLIC
from asylia.record.contents import LifeAtStake, Proxy, Recipient, Seconded
from asylia.record.withdrawals import withdrawn
from asylia.record.yamlfile import read
from asylia.values import Day, date_of, day_of

T = TypeVar("T")


class _Masked(msgspec.Struct, forbid_unknown_fields=True):
    claim: str
    persons: list[str]
    fields: dict[str, str]


class _Decided(msgspec.Struct, forbid_unknown_fields=True, rename={"other": "with"}):
    person: str
    recipient: str
    items: list[str]
    reason: str
    other: str
    days: int


def mask(
    vault: Path, file: Path, /, *, passphrase_file: PassphraseFile = None, json: Json = False
) -> None:
    """Write a claim's texts anew, so that somebody of whom it tells can't be told by them.

    Only the new texts leave where that person did not consent. The claim stays as it is.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    file
        A YAML file: the `claim`, the `persons` who are masked, and its `fields`, each text anew.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    told = _form(file, _Masked)
    with working(vault, passphrase_file) as place:
        place.synchronise()
        name = mask_it(place, told.claim, told.persons, told.fields, _own_name(place))
        waiting = place.synchronise().waiting
    answer({"masking": name, "waiting": waiting}, ["The masked texts are kept."], "", json=json)


def decide(
    vault: Path, file: Path, /, *, passphrase_file: PassphraseFile = None, json: Json = False
) -> None:
    """Decide with another member for somebody who can't be asked, where life is at stake.

    For protection, for one recipient who tells nobody, for thirty days at most. It holds once the
    other has seconded it from their own device; the person is told as soon as that is safe.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    file
        A YAML file: `person`, `recipient` (by name), `items` (claims), `reason`, `with` (the other
        member), `days`.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    told = _form(file, _Decided)
    with working(vault, passphrase_file) as place:
        place.synchronise()
        decision = LifeAtStake(
            id=place.randomness(16).hex(),
            person=told.person,
            recipient=_recipient(place, told.recipient),
            items=tuple(told.items),
            reason=told.reason,
            decided_by=(
                place.ledger.device.hex(),
                find_device(place.ledger, told.other).device.hex(),
            ),
            decided_on=place.today,
            expires_on=Day(place.today + told.days),
        )
        record_life_at_stake(place, place.ledger.new_record(place.ledger.home()), decision)
        waiting = place.synchronise().waiting
    following = "the other member runs `asylia record second VAULT DECISION` on another device."
    lines = [f"Decided, {decision.id}."]
    answer({"decision": decision.id, "waiting": waiting}, lines, following, json=json)


def decisions(
    vault: Path, /, *, passphrase_file: PassphraseFile = None, json: Json = False
) -> None:
    """Show what was decided in somebody's stead: what waits for a second word, who is to be told.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.synchronise()
        rows = _rows(place)
    if json:
        print(json_text.dumps({"decisions": rows}, ensure_ascii=False))
        return
    shown = Console(highlight=False, soft_wrap=True)
    for one in rows:
        told = ", the person is to be told" if one["untold"] else ""
        until = f"until {one['until']}"
        shown.print(f"{one['id']}  {one['person']}, {one['state']}, {until}{told}", markup=False)
    if not rows:
        shown.print("Nobody decided in anybody's stead.")


def second(
    vault: Path, decision: str, /, *, passphrase_file: PassphraseFile = None, json: Json = False
) -> None:
    """Give the second word, from your own device, so that a decision or a proxy holds.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    decision
        Its id, as `asylia record decisions` shows it.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.synchronise()
        found = place.record().find(decision)
        mine = word_of(place, found) if isinstance(found, LifeAtStake | Proxy) else ""
        if not mine:
            raise UsageError(
                "this does not wait for a word of yours",
                hint="`asylia record decisions` shows what waits, and only the other member can"
                " second it.",
            )
        second_it(place, decision, mine)
        waiting = place.synchronise().waiting
    answer({"seconded": decision, "waiting": waiting}, ["Seconded. It holds."], "", json=json)


def told(
    vault: Path,
    decision: str,
    /,
    *,
    on: str,
    how: str,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Note that somebody was told what two members had decided for them.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    decision
        Its id, as `asylia record decisions` shows it.
    on
        The day, as 2026-01-20.
    how
        In which way, without names.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    try:
        day = day_of(date.fromisoformat(on))
    except ValueError:
        raise UsageError("a day is written as 2026-01-20") from None
    with working(vault, passphrase_file) as place:
        place.synchronise()
        tell(place, decision, day, how, _own_name(place))
        waiting = place.synchronise().waiting
    answer({"told": decision, "waiting": waiting}, ["Noted."], "", json=json)


def _rows(place: Place) -> list[dict[str, Any]]:
    record = place.record()
    seconded, gone = {one.decision for one in record.all(Seconded)}, withdrawn(record)
    waiting = {one.id for one in untold(record)}

    def state(one: Proxy | LifeAtStake) -> str:
        if one.id in gone:
            return "ended"
        if one.expires_on < place.today:
            return "over"
        return "holds" if one.id in seconded else "waits for a second word"

    every: list[Proxy | LifeAtStake] = [*record.all(Proxy), *record.all(LifeAtStake)]
    return [
        {
            "id": one.id,
            "person": one.person,
            "state": state(one),
            "until": date_of(one.expires_on).isoformat(),
            "untold": one.id in waiting,
        }
        for one in every
    ]


def _recipient(place: Place, name: str) -> str:
    """The recipient of this id or name; a new one is written down, who tells nobody."""
    if name == PUBLIC.id:
        raise UsageError("the public is no recipient where life is at stake")
    known = place.record().all(Recipient)
    found = next((one.id for one in known if name in (one.id, one.name)), None)
    return record_recipient(place, name) if found is None else found


def _own_name(place: Place) -> str:
    return next((one.name for one in place.ledger.members() if one.own), "")


def _form(file: Path, form: type[T]) -> T:
    if not file.is_file():
        raise NotFoundError("there is no such file")
    try:
        return msgspec.convert(read(file).data, form)
    except msgspec.ValidationError as error:
        raise MalformedError(
            f"{file.name}: {error}", hint="examples/decisions/ shows what such a file holds."
        ) from None
