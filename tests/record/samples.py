"""One invented content of each kind."""

from asylia.record import contents as c
from asylia.record.wordbook import term_id
from asylia.values import Day

DAY = Day(20_000)
RISKS = c.Risks(explained="who could read it", by="Heron", language="en", on=DAY)

SAMPLES: tuple[c.Content, ...] = (
    c.Source(id="s1", kind="article", title="An invented text", language="en", said_on="2020-01"),
    c.SourceText(id="st1", source="s1", words="They say: at least three.", by="Heron"),
    c.Claim(
        id="k1", source="s1", words="at least three", tellers=(c.Teller(who="o1"),), subject="e1",
        property="killed", event="e1", said_on="2020-01", count=c.Count(min=3),
        certainty="confirms", perpetrator="police", perpetrator_words="men in uniform",
        facts="2019-12", locator="page 2",
        overlaps=(c.Overlap(other="k2", relation="part"),), persons=(),
        parts=c.PartsTold(complete="not_stated", words="among them"), place="q1",
    ),
    c.Translation(id="y1", of="k1", language="ru", words="не менее трёх", by="Heron"),
    c.Claim(
        id="k3", source="s1", words="it was not so", tellers=(c.Teller(who="o1"),), subject="e1",
        property="account", value="it was not so", event="e1", said_on="2020-03",
        polarity="denies", recants=c.Recants(claim="k1", circumstances="after a week in custody"),
    ),
    c.Judgement(
        id="j2", decision=c.Bearing(event="e1", element="attack_policy", item="k1", bears="for"),
        reason="an order is told of", author="Heron",
    ),
    c.Judgement(
        id="j1", decision=c.Choice(among=("k1", "k2"), chosen="k1"), reason="nearer", author="Heron"
    ),
    c.Undo(id="u1", of="j1", reason="read again", author="Heron"),
    c.Event(id="e1", name="An invented day", kind="raid", place="q1", interval="2019/2020"),
    c.Act(id="a1", event="e1", violation="killing", victim="g1", perpetrators=(
        c.Involved(kind="police", role="ordered", who="o1"), c.Involved(kind="relatives"),
    )),
    c.Group(id="g1", what="persons", description="some of those held"),
    c.Person(id="p1", pseudonym="Wren"),
    c.Organisation(id="o1", name="An invented NGO", kind="ngo"),
    c.Official(id="f1", name="", office="spokesman of nobody"),
    c.Site(id="t1", name="The invented mill", aliases=("the mill",), place="q1"),
    c.Place(
        id="q1", names=(c.Name(text="Nowhere", language="en"),), precision="settlement",
        latitude=43_300_000, longitude=-45_700_000, radius=5000, within="q2",
    ),
    c.Statement(id="d1", by="f1", kind="denial", event="e1", on="2020-02-01"),
    c.Demand(
        id="m1", by=("o1",), to=("the council",), must_act="the mayor", what="open it", event="e1"
    ),
    c.Response(id="r1", by=("f1",), kind="silent", event="e1", in_reply_to="m1"),
    c.Recipient(id="i1", name="An invented inquiry", tells=("i2",), language="en"),
    c.Consent(
        id="c1", person="p1", given_by="p1", purpose="inquiry", recipient="i1", onward=("i2",),
        items=("k1",), risks=RISKS, given_on=DAY, expires_on=Day(20_365), forget_after_days=14,
    ),
    c.Refusal(
        id="z1", person="p1", purpose="court", recipient="i2", items=("k1",), risks=RISKS, on=DAY
    ),
    c.Proxy(
        id="h1", person="p1", given_by="p3", standing="friend", cannot_be_asked="disappeared",
        reveals="no", reason="nobody has heard since", purpose="inquiry", recipient="i1",
        onward=("i2",), items=("k1",), risks=RISKS, given_on=DAY, expires_on=Day(20_030),
        decided_by=("heron", "stork"),
    ),
    c.Withdrawal(id="w1", person="p1", consents=(), on=DAY, channel="by phrase"),
    c.Masking(id="x1", claim="k1", persons=("p2",), fields={"words": "some"}, author="Heron"),
    c.LifeAtStake(
        id="l1", person="p1", recipient="i2", items=("k1",), reason="taken this morning",
        decided_by=("heron", "stork"), decided_on=DAY, expires_on=Day(20_010),
    ),
    c.Seconded(id="n1", decision="l1", member="stork"),
    c.PersonTold(id="pt1", decision="l1", on=DAY, by="Heron", how="by phone, from abroad"),
    c.Exhibit(
        id="b1", kind="photograph", description="an invented photograph", media_type="image/png",
        size=12, sha256=bytes(range(32)), persons=(c.Concerned(person="p1", role="speaker"),),
    ),
    c.ExhibitLook(
        id="lk1", exhibit="b1", others="named", by="Heron", on=DAY,
        persons=(c.Concerned(person="p2", role="third"),),
    ),
    c.Custody(id="v1", item="b1", action="taken_in", by="Heron", on=DAY, purpose="safe keeping"),
    c.Capture(
        id="cp1", exhibit="b1", address="https://paper.example/night", on=DAY, by="Heron",
        tool="an invented browser",
    ),
    c.Derived(
        id="dv1", exhibit="b2", original="b1", how="ocr", by="tesseract 5.3.0", language="ru"
    ),
    c.Credentials(
        id="cr1", exhibit="b1", state="trusted", on=DAY, by="c2pa-python 0.38.1",
        signed_by="An invented camera", failures=(), trust_list="an invented list",
        trust_list_sha256=bytes(range(32)),
    ),
    c.SupportOffered(
        id="so1", person="p1", kinds=("medical", "legal"), answer="later", by="Heron", on=DAY
    ),
    c.Interview(
        id="in1", person="p1", on=DAY, manner="in_person", mode="first_account", language="ru",
        about="an invented day", support="so1", interpreted_from="Chechen", flags=("minor",),
        specialist="Stork", repeat_because="she asked to add to it", report="t1",
        present=(
            c.Present(who="Heron", role="interviewer"), c.Present(who="Crane", role="interpreter"),
            c.Present(who="Stork", role="specialist", note="trained to talk with minors"),
        ),
    ),
    c.Account(
        id="ac1", interview="in1", person="p1", language="ru", words="I was at home. They came.",
        breaks=(c.Break(after="at home.", minutes=10, why="she asked for it"),), recorded=40,
    ),
    c.ToldElsewhere(id="te1", person="p1", on="2020-01", whom="another team", about="the day"),
    c.FirstAccountOnly(id="fa1", person="p1", holds=True, reason="a court asks", author="Heron"),
    c.HandedOver(
        id="ho1", form="bundle", sha256=bytes(range(32)), purpose="inquiry", recipient="i1",
        onward=("i2",), items=("k1",), on=DAY, names=("0a1b",),
    ),
    c.Notice(
        id="no1", recipient="i1", withdrawal="w1", handed_over=("ho1",), language="en",
        text="Please stop using it.",
    ),
    c.OwnTerm(
        id=term_id("violations", "invented"), concept="violations", term="invented",
        labels={"en": "invented", "ru": "выдумано"},
    ),
    c.Retired(
        id="rt1", of=term_id("violations", "invented"), reason="killing says it", author="Heron"
    ),
    c.Imported(id="im1", form="csv", sha256=bytes(range(32)), contents=12, never_kept=3),
    c.FoundThere(id="ft1", of="im1", items=("e1", "s1")),
    c.ItemLook(
        id="il1", item="e1", sha256=bytes(range(32)), others="none", by="Heron", on=DAY,
    ),
    c.ImportUndone(id="iu1", of="im1", items=("k1",), reason="another mapping", author="Heron"),
)  # fmt: skip
