"""What is still being typed, kept sealed in the vault so that a lock or a crash loses no hour.

Upholds: a draft lies in the vault's database and nowhere else; it is destroyed when its form is
taken, when its record is forgotten, and after fourteen days.  Refuses: a draft longer than a form
may be.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from asylia import wire
from asylia.desk.forms import Form
from asylia.desk.guard import BODY_LIMIT
from asylia.errors import MalformedError
from asylia.values import Day, RecordId
from asylia.vault.vault import Vault

DAYS = 14
_NAMED = "draft/"
_NOT_KEPT = frozenset({"csrf", "once"})

Texts = Annotated[tuple[Annotated[str, Meta(max_length=BODY_LIMIT)], ...], Meta(max_length=1000)]


class Draft(wire.Message, frozen=True, kw_only=True):
    """A form as far as it was typed, of a record of the ledger, on a day."""

    LABEL: ClassVar[str] = "asylia/draft/1"
    form: str
    record: str
    on: Day
    fields: dict[str, Texts]


class Drafts:
    """The drafts of one vault; ``form`` names which form of that record it is."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def keep(self, form: str, record: RecordId, typed: Form, today: Day) -> None:
        """Keep what is typed, in place of what was kept before."""
        fields = {name: typed.texts(name) for name in typed.names() if name not in _NOT_KEPT}
        draft = Draft(form=form, record=record.hex(), on=today, fields=fields)
        self._vault.put_secret(_name(form, record), wire.encode(draft))

    def find(self, form: str, record: RecordId) -> Form | None:
        """What was typed; None where nothing waits."""
        kept = self._read(_name(form, record))
        return None if kept is None else Form({name: list(t) for name, t in kept.fields.items()})

    def drop(self, form: str, record: RecordId) -> None:
        """Destroy a draft: it was used, or is not wanted."""
        self._vault.drop_secret(_name(form, record))

    def sweep(self, forgotten: Iterable[RecordId], today: Day) -> None:
        """Destroy drafts of forgotten records, and those that nobody came back to."""
        gone = {record.hex() for record in forgotten}
        for name in self._vault.secret_names(_NAMED):
            kept = self._read(name)
            if kept is None or kept.record in gone or today - kept.on > DAYS:
                self._vault.drop_secret(name)

    def _read(self, name: str) -> Draft | None:
        raw = self._vault.secret(name)
        try:
            return None if raw is None else wire.decode(raw, Draft)
        except MalformedError:  # of another version: nothing that can be shown
            return None


def _name(form: str, record: RecordId) -> str:
    return f"{_NAMED}{record.hex()}/{form}"
