"""Names that somebody typed in the form of a claim: who tells, states, demands, answers, commands.

Upholds: a name that the record does not know is asked about and never guessed; it is never taken
for somebody whom the source leaves unnamed, who stands in quotation marks.  Refuses: a chain of
nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from asylia.desk.forms import Form
from asylia.errors import UsageError
from asylia.record.claims import Teller
from asylia.record.contents import Content, Official, Organisation
from asylia.record.forms import UNKNOWN
from asylia.record.naming import Names, folded
from asylia.record.reading import Record

OFFICIAL = "official"  # in place of a kind of organisation
_QUOTES = "\"“”„«»'‘’"


class UnknownNamesError(UsageError):
    """Names that nobody in the record has; ``names``: as typed."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            "These names are not in the record yet: say below what each of them is.",
            hint="Nothing was saved, and what you typed is kept.",
        )
        self.names = names


@dataclass
class TypedNames:
    """The names of one form; ``made``: new actors that the form tells enough of."""

    record: Record
    form: Form
    draw_id: Callable[[], str]
    made: list[Content] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The names that the record knows, and what the form tells of new ones."""
        self._names = Names.of(self.record)
        self._new = {
            folded(name): (name, kind, office.strip())
            for name, kind, office in zip(
                self.form.texts("new_name"),
                self.form.texts("new_kind"),
                self.form.texts("new_office"),
                strict=False,
            )
        }

    def check(self) -> None:
        """Raise ``UnknownNamesError`` where some have to be told of first."""
        if self.unmet:
            raise UnknownNamesError(tuple(dict.fromkeys(self.unmet)))

    def tellers(self) -> tuple[Teller, ...]:
        """The chain as typed; who is unnamed stands in quotation marks, or is a dash."""
        chain = [one.strip() for one in self.form.texts("teller") if one.strip()]
        if not chain:
            raise UsageError(
                "Say who tells this, in quotation marks if the source names nobody.",
                hint="Nothing was saved. A dash means: somebody, and no more is said.",
            )
        return tuple(
            Teller(who="", as_given=one.strip(_QUOTES + "–—- "))
            if _is_unnamed(one)
            else Teller(who=self.actor(one))
            for one in chain
        )

    def actor(self, typed: str) -> str:
        """The id of who is meant; a new one is made where the form tells what it is."""
        known = self._names.find(typed)
        if known:
            return known
        for one in self.made:
            if isinstance(one, Organisation | Official) and folded(typed) == folded(
                one.name or getattr(one, "office", "")
            ):
                return one.id
        name, kind, office = self._new.get(folded(typed), (typed, "", ""))
        if not kind or (kind == OFFICIAL and not office):
            self.unmet.append(typed)
            return self.draw_id()
        new = (
            Official(id=self.draw_id(), name=_unless_office(name, office), office=office)
            if kind == OFFICIAL
            else Organisation(id=self.draw_id(), name=name, kind=kind)
        )
        self.made.append(new)
        return new.id

    def unknown(self) -> tuple[str, ...]:
        """Names typed so far that the record does not know, nor this form tells of."""
        typed = [*self.form.texts("teller"), *self.form.texts("by")]
        typed += [self.form.text("who"), self.form.text("unit")]
        names = [name.strip() for name in typed if name.strip() and not _is_unnamed(name.strip())]
        return tuple(dict.fromkeys(name for name in names if self._is_unknown(name)))

    def _is_unknown(self, name: str) -> bool:
        try:
            return self._names.find(name) is None
        except UsageError:
            return False  # known, and more than once

    def lineage(self) -> str:
        """Whose the claim would be counted as; ``unknown`` where nobody is named."""
        named = [one.strip() for one in self.form.texts("teller") if one.strip()]
        return next((one for one in reversed(named) if not _is_unnamed(one)), UNKNOWN)


def _is_unnamed(typed: str) -> bool:
    return typed[0] in _QUOTES or typed in ("-", "–", "—")


def _unless_office(name: str, office: str) -> str:
    """An official whom the source calls by the office alone has no name."""
    return "" if folded(name) == folded(office) else name
