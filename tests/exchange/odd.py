"""Claims and subjects with every odd text that a form allows, for round trips of every format."""

from typing import Any

from hypothesis import strategies as st

from asylia.record import contents as c

PLAIN = st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n\t")
NASTY = st.sampled_from([
    "=1+1", "+7", "-5", "-5.5", "@SUM(A1)", "'=x", "''", "'", "\t=1", "a | b", " | ", "←", " ← ",
    "[x]", "\\", "\\|", "(a)", "words: no", "item: claim", "]]>", "&amp;", "<a>", '"', "“", "é",
    "Грозный", "\u202e", "_x000D_", "#N/A", "00012",
    "1e5", "true", "null", "~", "yes", "2017-04-01", "a\nb", " lead", "trail ", "%0A", "‹202E›",
])  # fmt: skip


def texts(most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.one_of(NASTY, st.text(PLAIN, max_size=12)).filter(lambda t: least <= len(t) <= most)


LINES = texts(500)
WORDS = texts(20_000, 1)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
COUNTS = st.builds(
    lambda a, b, about: c.Count(min=a, max=None if b is None else (a or 0) + b, about=about),
    st.none() | st.integers(0, 500),
    st.none() | st.integers(0, 500),
    st.booleans(),
)
TELLERS = st.lists(
    st.builds(
        lambda who, given: c.Teller(who=who, as_given=given), st.sampled_from(["", "o1"]), LINES
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@st.composite
def claims(draw: st.DrawFn, name: str = "k1") -> c.Claim:
    counted = draw(st.booleans())
    return c.Claim(
        id=name,
        source="s1",
        words=draw(WORDS),
        tellers=draw(TELLERS),
        subject="e1",
        event="e1",
        said_on="2020-01",
        property="killed" if counted else "account",
        count=draw(COUNTS) if counted else None,
        value="" if counted else draw(WORDS),
        perpetrator=draw(st.sampled_from(["police", "not_stated"])),
        perpetrator_words=draw(LINES),
        facts=draw(st.sampled_from(["", "2019-12", "[2017-02-20..2017-02-25]", "2017-21?"])),
        place=draw(st.sampled_from(["", "q1"])),
        row=draw(LINES),
        locator=draw(LINES),
        language=draw(st.sampled_from(["", "ru", "en"])),
        parts=draw(st.none() | st.builds(c.PartsTold, complete=st.just("yes"), words=LINES)),
        overlaps=draw(st.sampled_from([(), (c.Overlap(other="k0", relation="part"),)])),
    )


@st.composite
def grounds(draw: st.DrawFn) -> tuple[c.Content, ...]:
    """What the claims stand on, each with odd texts of its own."""
    names = st.lists(st.builds(c.Name, text=texts(500, 1), language=LINES), min_size=1, max_size=3)
    kept: dict[str, Any] = {"latitude": 43_300_001, "longitude": -45_700_000, "radius": 5000}
    return (
        c.Source(id="s1", kind="article", title=draw(LINES),
                 language=draw(st.sampled_from(["en", "x"])), said_on="2020-01",
                 address=draw(LINES)),
        c.Event(id="e1", name=draw(LINES), kind="raid", place="q1", interval="2019/2020",
                apart=draw(st.booleans())),
        c.Organisation(id="o1", name=draw(LINES), kind="ngo"),
        c.Official(id="f1", name="", office=draw(LINES)),
        c.Group(id="g1", what="persons", description=draw(LINES), within="e1"),
        c.Act(id="a1", event="e1", violation="killing", victim="g1", place="q1", perpetrators=(
            c.Involved(kind="police", role="ordered", who="o1"), c.Involved(kind="relatives"))),
        c.Place(id="q1", names=tuple(draw(names)), precision="settlement",
                **draw(st.sampled_from([{}, kept]))),
        c.Site(id="t1", name=draw(LINES), aliases=tuple(draw(st.lists(LINES, max_size=3))),
               place="q1"),
        c.Statement(id="d1", by="f1", kind="denial", event="e1", on="2020-02-01"),
        c.Demand(id="m1", by=("o1",), to=tuple(draw(st.lists(LINES, max_size=3))),
                 must_act=draw(LINES), what=draw(LINES), event="e1"),
        c.Response(id="r1", by=("f1", "o1"), kind="silent", event="e1", in_reply_to="m1"),
        c.Claim(id="k0", source="s1", words="so", tellers=(c.Teller(who="o1"),), subject="e1",
                property="account", value="so", event="e1", said_on="2020"),
        c.Translation(id="y1", of="k0", language="ru", words=draw(WORDS), by="Heron"),
    )  # fmt: skip
