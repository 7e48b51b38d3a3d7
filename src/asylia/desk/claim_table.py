"""Claims in a table, and who tells one: what most pages show, put together here as text.

A template takes three times as long, and a page of figures or of sources has many such tables.

Upholds: words, names and dates are escaped and show what acts unseen; who tells stands before whom
they have it from.  Refuses nothing.
"""

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from asylia.desk.days import spoken
from asylia.record.contents import Claim
from asylia.record.views.shelf import Known
from asylia.visible import visible

_FROM = ' <span class="faint">←</span> '


class ClaimTable:
    """Draws for one page."""

    def __init__(
        self,
        language: str,
        translate: Callable[[str], str],
        label: Callable[[str, str], str],
        name_of: Callable[[Known, str], Markup],
        handle: Callable[[str], str],
    ) -> None:
        """``label``: of a concept's term; ``name_of``: escaped; ``handle``: for addresses."""
        self._language, self.translate, self._label = language, translate, label
        self._name, self._handle = name_of, handle
        self._by: dict[str, str] = {}
        self._sure: dict[tuple[str, str], str] = {}

    def __call__(self, record: Known, claims: Iterable[Claim]) -> Markup:
        """A row each, in this order."""
        heads = (
            self.translate("Words"), self.translate("Said by"), self.translate("By whom"),
            self.translate("Sure?"), self.translate("Said on"),
        )  # fmt: skip
        head = "".join(f"<th>{_shown(one)}</th>" for one in heads)
        whole = _shown(self.translate("whole"))
        rows = "".join(self._row(record, one, whole) for one in claims)
        return Markup(  # noqa: S704 - escaped below, the rest is ours
            f'<table class="claims"><thead><tr>{head}<th></th></tr></thead><tbody>\n'
            f"{rows}</tbody></table>\n"
        )

    def tellers(self, record: Known, claim: Claim) -> Markup:
        """The chain, from who says it here to who is said to know at first hand."""
        return Markup(self._tellers(record, claim))  # noqa: S704 - as above

    def _row(self, record: Known, claim: Claim, whole: str) -> str:
        return (
            f'<tr><td><div class="quote said">{_shown(claim.words)}</div></td>'
            f"<td>{self._tellers(record, claim)}</td>"
            f"<td>{self._perpetrator(claim.perpetrator)}</td>"
            f'<td class="nowrap">{self._how_sure(claim.polarity, claim.certainty)}</td>'
            f'<td class="nowrap">{_shown(spoken(claim.said_on, self._language))}</td>'
            f'<td><a href="/claim/{self._handle(claim.id)}">{whole}</a></td></tr>'
        )

    def _tellers(self, record: Known, claim: Claim) -> str:
        return _FROM.join(
            self._name(record, one.who)
            if one.who
            else _shown(one.as_given or self.translate("unnamed"))
            for one in claim.tellers
        )

    def _perpetrator(self, term: str) -> str:
        if term not in self._by:
            self._by[term] = _shown(self._label("perpetrators", term))
        return self._by[term]

    def _how_sure(self, polarity: str, certainty: str) -> str:
        if (polarity, certainty) not in self._sure:
            told = f"{self._label('polarity', polarity)}, " if polarity != "asserts" else ""
            self._sure[polarity, certainty] = _shown(told + self._label("certainty", certainty))
        return self._sure[polarity, certainty]


def _shown(text: str) -> str:
    return escape(visible(text))
