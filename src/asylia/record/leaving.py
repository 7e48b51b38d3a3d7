"""The ways out: every module that can write what the record holds, and what each of them asks.

Upholds: nothing of the record is written to a file, or sent where others read it, but by a way out
that asked ``consent.permission`` for that purpose, that recipient and these items, and that entered
what it hands over *before* the first byte is written; and what came in from the team meanwhile, a
withdrawal above all, stops it even then.  A test reads all code for what writes and
sends; a module that does and is not named here fails the build, and so does a way out that some
command or form of the desk reaches without being tried without consent.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Literal

from asylia import wire
from asylia.crypto import random
from asylia.errors import MalformedError, RefusedError
from asylia.ledger.epoch import IDENTITIES
from asylia.ledger.ledger import Ledger
from asylia.record.consent import Permission, permission
from asylia.record.contents import Content, HandedOver, decode_content
from asylia.record.reading import Entered, Record
from asylia.values import Day

Form = Literal["bundle", "release", "file"]
_A_LIST = 1000  # items that one content can name

# Module -> the module that asks ``consent.permission`` before it is called.
WAYS_OUT: Mapping[str, str] = MappingProxyType({
    "asylia.dossier.bag": "asylia.dossier.selection",
    "asylia.exchange.out": "asylia.exchange.choosing",
    "asylia.exchange.sealed_out": "asylia.exchange.partners.sending",
    "asylia.exchange.xlsx_out": "asylia.exchange.choosing",
})  # fmt: skip
# Module -> what it writes or sends instead of what the record holds.
HARMLESS: Mapping[str, str] = MappingProxyType({
    "asylia.cli": "nothing, to the null device, once nobody reads the output",
    "asylia.cli._codes": "codes of keys, cards and invitations",
    "asylia.cli._handing": "the team's cards and invitations",
    "asylia.cli.estimate_kept": "an estimate of a table of counts, which names no person",
    "asylia.cli.estimate_plots": "plots of a table of counts, which names no person",
    "asylia.counts.plots": "plots of a table of counts, to memory",
    "asylia.cli._shares": "shares of the root's key",
    "asylia.cli.dossier_policy": "the policy file, which is public",
    "asylia.cli._linkage": "ids, clusters and counts by list, into files of the member's own",
    "asylia.cli.partners": "a linker's card; answers to what others handed over, sealed to them",
    "asylia.cli.partners_answer": "ids, clusters and counts, into files of the member's own",
    "asylia.cli.passphrases": "a passphrase that was drawn",
    "asylia.cli.record_import": "a mapping for somebody to edit: names of a table's columns",
    "asylia.cli.record_notices": "notices of withdrawals, which name no person",
    "asylia.cli.relay_care": "keys of the relay's backups",
    "asylia.cli.team": "the root's public key, a passphrase that was drawn",
    "asylia.confined.ocr": "a line to the process that asked it to read",
    "asylia.confined.run": "a file to a confined reader, by memory",
    "asylia.desk.browser": "preferences of the desk's own browser, on a tmpfs",
    "asylia.desk.guard": "a refusal, to the desk's own browser",
    "asylia.desk.panic": "an answer to the panic key",
    "asylia.desk.routes.door": "the way in, to the desk's own browser",
    "asylia.desk.routes.estimates": "plots of a table of counts, which names no person",
    "asylia.desk.routes.exhibits": "images and sounds to the desk's own browser, on a tmpfs",
    "asylia.desk.routes.thread": "an image to the desk's own browser, on a tmpfs",
    "asylia.desk.screen": "pages to the desk's own browser, on a tmpfs",
    "asylia.dossier.stamp": "the hash of a statement",
    "asylia.dossier.versions": "salted commitments",
    "asylia.dossier.witness": "the log's checkpoint, which is public, to a witness",
    "asylia.exchange.into_folder": "what a file of others says, into a folder of public sources",
})  # fmt: skip


def handed_over(
    granted: Permission,
    items: Iterable[str],
    *,
    content_id: str,
    form: Form,
    sha256: bytes,
    names: Mapping[str, str],
    on: Day,
) -> HandedOver:
    """What a way out enters before it writes; ``names``: what items are called in it, by id.

    ``items``: those granted that lie in one compartment, so that its members know of them alone.
    """
    own = frozenset(items)
    going = tuple(one.item for one in granted.items if one.item in own)
    return HandedOver(
        id=content_id,
        form=form,
        sha256=sha256,
        purpose=granted.purpose,
        recipient=granted.recipient,
        onward=granted.onward,
        items=going,
        names=tuple(names.get(item, "") for item in going),
        on=on,
    )


def check_still(record: Record, granted: Permission) -> None:
    """Raise where what has come in since this was granted keeps any of it in, or changes it.

    ``NotPermittedError`` names what is missing now; what was entered as going out stays entered:
    one notice too many is better than one missing.
    """
    items = [one.item for one in granted.items]
    if permission(record, granted.purpose, granted.recipient, items, granted.on) != granted:
        raise RefusedError(
            "What came in from the team meanwhile changes what may leave.",
            hint="Nothing was written. Look at it once more.",
        )


def caught_up(record: Record, ledger: Ledger, position: int) -> Record:
    """The record with what the ledger took in after this position."""
    new = [
        Entered(content, entry.entered_on, entry.author, entry.record)
        for entry in ledger.entries(position)
        if entry.compartment != IDENTITIES
        if (content := _content(entry.content)) is not None
    ]
    return record.followed_by(new)


def _content(untrusted: bytes) -> Content | None:
    with suppress(MalformedError):
        return decode_content(untrusted)
    return None


def announce(
    record: Record,
    granted: Permission,
    form: Form,
    sha256: bytes,
    names: Mapping[str, str],
    ledger: Ledger,
    randomness: random.Randomness,
) -> None:
    """Enter what goes out, in each compartment for the items that lie there."""
    lies_in = {entry.record: entry.compartment for entry in ledger.entries()}
    by_compartment: dict[str, list[str]] = {}
    for one in granted.items:
        place = record.entry(one.item).record
        if place in lies_in:
            by_compartment.setdefault(lies_in[place], []).append(one.item)
    batches = [
        (compartment, items[at : at + _A_LIST])
        for compartment, items in by_compartment.items()
        for at in range(0, len(items), _A_LIST)
    ]
    for compartment, items in batches:
        content = handed_over(
            granted,
            items,
            content_id=randomness(16).hex(),
            form=form,
            sha256=sha256,
            names=names,
            on=granted.on,
        )
        ledger.append(ledger.new_record(compartment), wire.encode(content))
