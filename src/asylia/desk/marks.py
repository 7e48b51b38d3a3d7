"""What is drawn on a map for each site and place of acts, and how exactly each is known, in words.

A map may hold hundreds of marks: they are put together here as text, since a template takes three
times as long.

Upholds: an area as wide as it is known, with its numbers from ``atlas``; every name is escaped and
shows what acts unseen; of what recurs each is said once.  Refuses nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from asylia.desk.atlas import Ellipse
from asylia.record.views.sites import ActsAt, Area, Said, SiteShown
from asylia.values import Day
from asylia.visible import visible

_LAST = 2  # of what was said of a site

Translate = Callable[[str], str]
Plural = Callable[[str, str, int], str]


class Marks:
    """Draws for one page."""

    def __init__(
        self,
        translate: Translate,
        plural: Plural,
        label: Callable[[str, str], str],
        name_of: Callable[[str], Markup],
        day: Callable[[Day], str],
    ) -> None:
        """``label``: of a concept's term; ``name_of``: of a place or teller, escaped."""
        self.translate, self.plural, self._label, self._name = translate, plural, label, name_of
        self._day = day
        self._exact: dict[tuple[int, str] | None, Markup] = {}
        self._chips: dict[tuple[str, ...], Markup] = {}
        self._unnamed = translate("a site without a name")
        self._nameless = translate("A site without a name")
        self._outside = escape(translate("outside this map"))
        self._unknown = escape(translate("lineage unknown"))
        self._unsaid = translate("nothing was said of it")

    def how_exact(self, area: Area | None) -> Markup:
        """How exactly a place is known."""
        key = None if area is None else (area.radius, area.within)
        if key not in self._exact:
            self._exact[key] = self._how_exact(area)
        return self._exact[key]

    def _how_exact(self, area: Area | None) -> Markup:
        if area is None:
            return escape(self.translate("not on the map: no coordinates"))
        if area.within:
            said = escape(self.translate("somewhere in %(place)s"))
            return said % {"place": self._name(area.within)}
        if area.radius < 1_000:
            return escape(self.translate("within %(n)s m") % {"n": area.radius})
        return escape(self.translate("within %(n)s km") % {"n": round(area.radius / 1_000)})

    def status(self, one: SiteShown) -> Markup:
        """What was said last of a site; that tellers differ, where they do."""
        if one.status not in self._chips:
            self._chips[one.status] = self._status(one.status)
        return self._chips[one.status]

    def _status(self, terms: tuple[str, ...]) -> Markup:
        if not terms:
            return Markup('<span class="faint">{}</span>').format(self._unsaid)
        chip = Markup(
            '<span class="chip{}"><span class="sign {}" aria-hidden="true"></span>{}</span> '
        )
        chips = Markup().join(
            chip.format(
                " urgent" if term == "in_use" else "", term, self._label("site_status", term)
            )
            for term in terms
        )
        differ = Markup('<span class="warn small">{}</span>').format(
            self.translate("tellers differ")
        )
        return chips + differ if len(terms) > 1 else chips

    def sites(self, number: int, at: Ellipse, ones: Sequence[SiteShown]) -> Markup:
        """The sites of one area under their number, leading to their row in the table."""
        names = [escape(visible(one.site.name or self._unnamed)) for one in ones]
        said = "".join(
            f"{name}: {self._terms(one.status)}" for name, one in zip(names, ones, strict=True)
        )
        known = list(dict.fromkeys(term for one in ones for term in one.status))
        kind = escape(known[0]) if len(known) == 1 else "mixed" if known else "unsaid"
        return Markup(  # noqa: S704 - names were escaped, the rest is ours
            f'<a href="#site-{number}" aria-label="{"; ".join(names)}">'
            f"<title>{said}({self.how_exact(ones[0].area)})</title>"
            f"{_ellipse(at, f'site-at {kind}')}"
            f'<rect class="label" x="{at.x - 9}" y="{at.y - 9}" width="18" height="18" rx="4"/>'
            f'<text class="number" x="{at.x}" y="{at.y + 4.5}">{number}</text></a>'
        )

    def _terms(self, terms: tuple[str, ...]) -> str:
        return (
            "".join(f"{escape(self._label('site_status', one))} " for one in terms)
            or f"{self._unsaid} "
        )

    def told(self, one: SiteShown, *, more: str, claim: Callable[[str], str]) -> Markup:
        """What was said of its status last, and how much before.

        ``more``: where all of it is; ``claim``: the address of one claim.
        """
        earlier = len(one.said) - _LAST
        before = ""
        if earlier > 0:
            count = escape(self.plural("%(num)s earlier", "%(num)s earlier", earlier))
            before = f'<li><a class="soft" href="{escape(more)}">{count}</a></li>'
        last = "".join(self._said(said, claim(said.claim)) for said in one.said[-_LAST:])
        return Markup(f'<ol class="stations">{before}{last}</ol>')  # noqa: S704 - as above

    def _said(self, said: Said, address: str) -> str:
        how = ""
        if said.polarity != "asserts":
            how = f'<b class="warn">{escape(self._label("polarity", said.polarity))}</b> '
        by = self._name(said.lineage) if said.lineage != "unknown" else self._unknown
        return (
            f'<li><span class="faint nowrap">{escape(self._day(Day(said.known)))}</span> {how}'
            f'<a class="soft" href="{escape(address)}">'
            f"{escape(self._label('site_status', said.status))}</a> "
            f'<span class="faint">{by}</span></li>'
        )

    def rows(
        self,
        groups: Iterable[tuple[int, Ellipse | None, Sequence[SiteShown]]],
        *,
        more: Callable[[str], str],
        claim: Callable[[str], str],
    ) -> Markup:
        """The sites in a table; those of one area under one number, which leads to the first."""
        out = []
        for number, at, ones in groups:
            for one in ones:
                first = one is ones[0]
                head = (f' id="site-{number}"', f"{number}" if at else "–") if first else ("", "")
                out.append(self._site(one, head, at, more(one.site.id), claim))
        return Markup("".join(out))  # noqa: S704 - as above

    def _site(
        self,
        one: SiteShown,
        head: tuple[str, str],
        at: Ellipse | None,
        more: str,
        claim: Callable[[str], str],
    ) -> str:
        site = one.site
        known = f"{escape(visible(site.name or self._nameless))}</a>"
        if site.aliases:
            known += f'<div class="small soft">{escape(visible(", ".join(site.aliases)))}</div>'
        if site.place:
            known += f'<div class="small faint">{self._name(site.place)}</div>'
        outside = f'<div class="faint">{self._outside}</div>' if one.area and not at else ""
        return (
            f'<tr{head[0]}><td class="num">{head[1]}</td>'
            f'<td><a data-row href="{escape(more)}">{known}</td>'
            f'<td class="small">{self.how_exact(one.area)}{outside}</td>'
            f"<td>{self.status(one)}</td>"
            f'<td class="small">{self.told(one, more=more, claim=claim)}</td></tr>'
        )

    def acts(self, one: ActsAt, at: Ellipse) -> Markup:
        """How many acts are told of at a place."""
        count = escape(self.plural("%(num)s act", "%(num)s acts", one.acts))
        return Markup(  # noqa: S704 - as above
            f'<a href="#acts" tabindex="-1"><title>{self._name(one.place)}: {count}, '
            f"{self.how_exact(one.area)}</title>{_ellipse(at, 'acts-at')}"
            f'<text class="how-many" x="{at.x}" y="{at.y + at.ry + 12}">{one.acts}</text></a>'
        )


def _ellipse(at: Ellipse, kind: str) -> str:
    somewhere = " somewhere" if at.dashed else ""
    return f'<ellipse class="{kind}{somewhere}" cx="{at.x}" cy="{at.y}" rx="{at.rx}" ry="{at.ry}"/>'
