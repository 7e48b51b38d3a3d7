"""What is drawn once or without a template is what would be drawn anew, by the template."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Template
from markupsafe import Markup
from starlette.routing import Match
from tests.casework.world import World

from asylia.desk.claim_table import ClaimTable
from asylia.desk.door import Door
from asylia.desk.frame import Frame, Gaps
from asylia.desk.pages import Pages
from asylia.desk.panic import PanicForm
from asylia.desk.routes import ROUTES
from asylia.desk.signpost import Signpost
from asylia.desk.terms import Labels
from asylia.desk.workspace import RelayState, Workspace
from asylia.languages import LANGUAGES
from asylia.record.contents import Claim, Organisation, Teller
from asylia.record.reading import Entered, Record
from asylia.record.vocabulary import vocabularies
from asylia.values import Day

PAGES = Pages()
FRAME = Frame(
    door=Door("link", idle=timedelta(minutes=10)),
    panic=None,
    section="/cases",
    unread=0,
    state=RelayState("in_step"),
    own_name="Linden",
)
OTHERS = {
    "panic": PanicForm(origin="http://127.0.0.1:1", secret="none"),
    "section": "/inbox",
    "unread": 1,
    "state": RelayState("silent"),
    "own_name": "<Alder>\u202e",
    "alarm": "forked",
    "door": Door("link", idle=timedelta(minutes=9)),
}
HERE = '/thread/"><b>'


def joined(frame: Frame, language: str, here: str = HERE) -> str:
    """A page that says nothing but where its title, note and screen go."""
    around = PAGES.around(language, frame, here)
    return f"{around.top}TITLE{around.side}NOTE{around.banner}SCREEN{around.end}"


def drawn(frame: Frame, language: str, here: str = HERE) -> str:
    """The same by the template, anew."""
    gaps = Gaps(title="TITLE", here=here, note="NOTE", screen="SCREEN")
    return PAGES.render("_frame.html", language, frame=frame, gap=gaps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_frame_that_is_kept_is_the_one_that_would_be_drawn(language: str) -> None:
    whole = joined(FRAME, language)
    assert whole == drawn(FRAME, language) == joined(replace(FRAME), language)
    assert '"/thread/&#34;&gt;&lt;b&gt;"' in whole
    assert joined(FRAME, language, "/inbox") == drawn(FRAME, language, "/inbox") != whole
    for name, value in OTHERS.items():
        other = replace(FRAME, **{name: value})  # type: ignore[arg-type]
        assert joined(other, language) == drawn(other, language) != whole, name
    assert joined(FRAME, language) == whole


def test_a_frame_tells_how_many_are_unread_now(world: World) -> None:
    work = Workspace(world.desks[0])

    def menu() -> str:
        return joined(Frame.of(work, FRAME.door, None, "/cases", banner=True), "en")

    assert "not read" not in menu()
    assert 'href="/cases" aria-label="Cases" title="Cases" data-keys="g c" aria-current' in menu()
    world.reporter().send()
    work.fetch()
    assert "1 not read" in menu()


def scope(method: str, path: str) -> dict[str, object]:
    return {"type": "http", "method": method, "path": path, "headers": []}


def test_each_address_stands_once_in_the_list() -> None:
    asked = [(one.path, method) for one in ROUTES for method in one.methods or ()]
    assert len(asked) == len(set(asked))


def test_a_signpost_leads_where_the_list_of_routes_leads() -> None:
    post = Signpost(ROUTES)
    paths = [route.path.replace("{", "").replace("}", "") for route in ROUTES]
    odd = ["", "/", "//", "/nowhere", "/sitesx", "/sites/", "/act", "/act/", "/act/a/b", "/thread"]
    led = 0
    for path in (*paths, *odd, *(f"{one}/more" for one in paths)):
        for method in ("GET", "POST", "PUT"):
            asked = scope(method, path)
            every = [(route, *route.matches(asked)) for route in ROUTES]
            whole = [one for one in every if one[1] is Match.FULL]
            some = [one for one in every if one[1] is not Match.NONE]
            match, child = post.matches(asked)
            if not some:
                assert (match, child) == (Match.NONE, {})
                continue
            route, expected, expected_child = (whole or some)[0]
            assert match is expected
            assert child.pop("asylia.found") is route
            assert child == expected_child
            led += 1
    assert led > 2 * len(ROUTES)


MACRO = """\
{% macro tellers(record, claim) %}{% for one in claim.tellers %}{{ (name_of(record, one.who) if one.who else ((one.as_given|shown) or _("unnamed"))) }}{% if not loop.last %} <span class="faint">←</span> {% endif %}{% endfor %}{% endmacro %}
<table class="claims"><thead><tr><th>{{ _("Words") }}</th><th>{{ _("Said by") }}</th><th>{{ _("By whom") }}</th><th>{{ _("Sure?") }}</th><th>{{ _("Said on") }}</th><th></th></tr></thead><tbody>
{% for claim in claims %}<tr><td><div class="quote said">{{ claim.words }}</div></td><td>{{ tellers(record, claim) }}</td><td>{{ label("perpetrators", claim.perpetrator) }}</td><td class="nowrap">{% if claim.polarity != "asserts" %}{{ label("polarity", claim.polarity) }}, {% endif %}{{ label("certainty", claim.certainty) }}</td><td class="nowrap">{{ claim.said_on|date }}</td><td><a href="/claim/{{ claim.id }}">{{ _("whole") }}</a></td></tr>{% endfor %}
</tbody></table>
"""  # noqa: E501 - as the pages had it
HOSTILE = st.text("<>&\"'\u202e\u200bаx {}%", min_size=1, max_size=12)
TELLERS = st.builds(Teller, who=st.sampled_from(["", "u1", "gone"]), as_given=HOSTILE | st.just(""))
CLAIMS = st.lists(
    st.builds(
        Claim,
        id=st.sampled_from(["k1", "k2"]),
        source=st.just("s"),
        subject=st.just("a"),
        event=st.just("e"),
        property=st.just("detained"),
        words=HOSTILE,
        tellers=st.lists(TELLERS, min_size=1, max_size=3).map(tuple),
        said_on=st.sampled_from(["2017-02", "2017-02/2017-03", "..", "", "<b>", "2017-02-30"]),
        polarity=st.sampled_from(["asserts", "denies", "made_up<"]),
        certainty=st.sampled_from(["reports", "confirms"]),
        perpetrator=st.sampled_from(["police", "not_stated", "made_up<"]),
    ),
    max_size=3,
)


@cache
def macro(language: str) -> Template:
    return PAGES.book(language).from_string(MACRO)


KNOWN = Record.of([Entered(Organisation(id="u1", name="<One>\u202e", kind="unit"), Day(1))])


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40)
@given(claims=CLAIMS)
def test_a_table_of_claims_is_what_a_template_would_make_of_it(
    language: str, claims: list[Claim]
) -> None:
    label = Labels(vocabularies, language)
    book = PAGES.book(language)
    told = ClaimTable(
        language, book.catalogue.gettext, label, PAGES.named(language), lambda name: name
    )
    page = macro(language).render(record=KNOWN, claims=claims, label=label)
    table = told(KNOWN, claims)
    assert isinstance(table, Markup)
    assert table.rstrip() == page.rstrip()
    assert "\u202e" not in table
    assert told.tellers(KNOWN, claims[0]) in table if claims else "<tr><td>" not in table
