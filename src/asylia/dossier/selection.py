"""What may leave for one purpose and one recipient: computed from consent, never chosen by hand.

Upholds: nothing is in a selection that ``record.consent.permission`` did not permit; where a claim
is masked, only the masked texts leave; only officials are named.  Refuses, naming everything that
is missing, and never leaves an item out silently.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from asylia.dossier.exhibit import SelectedFile, exhibit_wording
from asylia.dossier.formats import Basis
from asylia.dossier.naming import names_one, pseudonyms
from asylia.dossier.wording import BECOMES, MASKED, wording
from asylia.errors import Sentence
from asylia.record.concerns import is_report
from asylia.record.consent import NotPermittedError, Permission, Permitted, permission
from asylia.record.contents import (
    Capture,
    Claim,
    Consent,
    Content,
    Exhibit,
    LifeAtStake,
    Masking,
    Proxy,
    Recipient,
)
from asylia.record.reading import Record
from asylia.values import Day


@dataclass(frozen=True)
class Selected:
    """One item: its whole version (what the log commits to), and the fields that leave."""

    item: str
    version: Mapping[str, str]
    disclosed: tuple[str, ...]
    basis: Basis
    until: Day | None


@dataclass(frozen=True)
class SelectedReport:
    """A report of which the whole statement leaves: its source's id, and the consent's last day."""

    item: str
    until: Day


@dataclass(frozen=True)
class Selection:
    """What may leave, and to whom: ``recipient`` is an id, ``name`` and ``onward`` are names."""

    purpose: str
    recipient: str
    name: str
    onward: tuple[str, ...]
    on: Day
    items: tuple[Selected, ...]
    until: Day | None
    granted: Permission
    reports: tuple[SelectedReport, ...] = ()
    files: tuple[SelectedFile, ...] = ()

    @property
    def versions(self) -> dict[str, Mapping[str, str]]:
        """Every item's version, by the item's id."""
        return {one.item: one.version for one in self.items}


def select(
    record: Record,
    purpose: str,
    recipient: str,
    items: Iterable[str],
    on: Day,
    records_only: Collection[str] = (),
) -> Selection:
    """All of ``items``, each with exactly the fields that may leave; or ``RefusedError``.

    An item is a claim, an exhibit, or the source of a report: the whole of its statement.  Of the
    exhibits among ``records_only`` the bytes stay: what leaves is their record and custody log.
    ``NotPermittedError`` (a ``RefusedError``) lists in ``missing`` all that consent lacks.
    """
    permitted = permission(record, purpose, recipient, items, on)
    whole = [one for one in permitted.items if is_report(record.find(one.item))]
    told = [one for one in permitted.items if one not in whole]
    missing = [
        Sentence(
            "%(item)s is no claim and no exhibit, and a dossier carries these and whole reports",
            item=one.item,
        )
        for one in told
        if not isinstance(record.find(one.item), Claim | Exhibit)
    ]
    if missing:
        raise NotPermittedError(tuple(missing))
    selected = tuple(
        _exhibit(record, one)
        if isinstance(record.find(one.item), Exhibit)
        else _selected(record, one)
        for one in told
    )
    _refuse_pseudonyms(record, selected)
    return Selection(
        purpose=purpose,
        recipient=recipient,
        name=_name(record, recipient),
        onward=tuple(_name(record, one) for one in permitted.onward),
        on=on,
        items=selected,
        until=permitted.expires_on,
        granted=permitted,
        reports=tuple(_report(record, one) for one in whole),
        files=tuple(
            SelectedFile(one.id, one.sha256, one.size, one.media_type.startswith("text/"))
            for item in told
            if isinstance(one := record.find(item.item), Exhibit) and one.id not in records_only
        ),
    )


def _selected(record: Record, permitted: Permitted) -> Selected:
    claim = record.get(permitted.item, Claim)
    plain = wording(record, claim)
    masked = _masked(record, permitted)
    hidden = {name.removesuffix(MASKED) for name in masked}
    may = {name for field in permitted.fields for name in BECOMES.get(field, ())}
    disclosed = [name for name in plain if name in may - hidden]
    basis, until = _basis(record, permitted)
    return Selected(
        item=permitted.item,
        version={**plain, **masked},
        disclosed=tuple(sorted([*disclosed, *masked])),
        basis=basis,
        until=until,
    )


def _exhibit(record: Record, permitted: Permitted) -> Selected:
    exhibit = record.get(permitted.item, Exhibit)
    version = exhibit_wording(record, exhibit, permitted.fields)
    basis, until = _basis(record, permitted)
    if basis == "public" and not any(one.exhibit == exhibit.id for one in record.all(Capture)):
        basis = "nobody"
    return Selected(exhibit.id, version, tuple(sorted(version)), basis, until)


def _report(record: Record, permitted: Permitted) -> SelectedReport:
    basis, until = _basis(record, permitted)
    if basis != "consent" or until is None:
        raise NotPermittedError(
            (Sentence("%(item)s leaves on nothing but consent", item=permitted.item),)
        )
    return SelectedReport(permitted.item, until)


def _masked(record: Record, permitted: Permitted) -> dict[str, str]:
    if not permitted.masking:
        return {}
    texts = record.get(permitted.masking, Masking).fields
    return {
        f"{BECOMES[name][0]}{MASKED}": text
        for name, text in texts.items()
        if name in BECOMES and permitted.fields.get(name) == text  # as permission lets it leave
    }


def _basis(record: Record, permitted: Permitted) -> tuple[Basis, Day | None]:
    grounds = [record.find(ground) for ground in permitted.consents]
    days = [one.expires_on for one in grounds if isinstance(one, Consent | LifeAtStake | Proxy)]
    if not days:
        # Masked for everyone whom it concerns, or said in public: nobody's consent is spent.
        return "public", None
    return _weakest(grounds), min(days)


def _weakest(grounds: Iterable[Content | None]) -> Basis:
    """Of several persons' grounds the one that rests least on those concerned themselves."""
    kinds = [type(one) for one in grounds]
    if LifeAtStake in kinds:
        return "emergency"
    return "proxy" if Proxy in kinds else "consent"


def _name(record: Record, recipient: str) -> str:
    found = record.find(recipient)
    return found.name if isinstance(found, Recipient) and found.name else "the public"


def _refuse_pseudonyms(record: Record, selected: tuple[Selected, ...]) -> None:
    names = pseudonyms(record)
    missing = [
        Sentence("%(item)s names a person in its field %(field)s", item=one.item, field=field)
        for one in selected
        for field in one.disclosed
        if names_one(names, one.version[field])
    ]
    if missing:
        raise NotPermittedError(tuple(missing))
