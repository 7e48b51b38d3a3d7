"""What is being typed waits sealed in the vault, and is gone once it was used or forgotten."""

import re
from pathlib import Path

from tests.casework.world import COSTS, PASSPHRASE, World
from tests.desk.world import Browser

from asylia.casework.arrival import take_in
from asylia.desk.drafts import DAYS, Drafts
from asylia.desk.forms import Form
from asylia.record.consent import DISCLOSABLE
from asylia.record.contents import SourceText
from asylia.values import Day, RecordId
from asylia.vault.vault import Vault

TEXT = "They say that the invented mill was emptied. At least 6 were taken."
TYPED = {"words": "At least 6 were taken", "property": "detained", "count": "six perhaps"}


def new_source(desk: Browser, text: str = TEXT) -> str:
    told = {"title": "An invented text", "kind": "article", "language": "en", "text": text}
    answer = desk.post("/source", said_on="spring 2017", **told)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def names(desk: Browser) -> tuple[str, ...]:
    return desk.desk.workspace.place.vault.secret_names("draft/")


def test_a_draft_comes_back_after_a_lock_and_is_gone_after_use(desk: Browser, world: World) -> None:
    address = new_source(desk)
    assert "At least 6 were taken" not in desk.get(address).text.partition("claim-form")[2]
    hints = desk.post(f"{address}/typed", **TYPED, once="mark").text
    assert "paragraph 1, characters 46-66" in hints
    (draft,) = names(desk)
    page = desk.get(address).text
    assert 'value="At least 6 were taken"' in page
    assert "This is what you were typing" in page
    refused = desk.post(f"{address}/claim", **TYPED, teller="-", event="new", new_event="A day")
    assert (refused.status_code, names(desk)) == (400, (draft,))
    good = {**TYPED, "count": "at least 6", "teller": "-", "once": "mark"}
    answer = desk.post(f"{address}/claim", **good, event="new", new_event="A day",
                       new_kind_event="raid")  # fmt: skip
    assert answer.status_code == 303
    assert names(desk) == ()
    desk.post(f"{address}/typed", **TYPED, once="mark")  # on its way when the form was sent
    assert names(desk) == ()


def test_a_reply_being_typed_is_kept_until_it_is_sent(desk: Browser, world: World) -> None:
    world.reporter().send("An invented report to be answered.")
    take_in(desk.desk.workspace.place)
    (row,) = desk.desk.workspace.casework.inbox()
    address = f"/thread/{desk.desk.workspace.handles.of(row.thread)}"
    assert desk.post(f"{address}/typed/reply", body="We have read it, and").status_code == 204
    assert desk.post(f"{address}/typed/nothing", body="x").status_code == 404
    assert len(names(desk)) == 1
    assert ">We have read it, and</textarea>" in desk.get(address).text
    desk.post(f"{address}/reply", body="We have read it, and will answer.", once="one")
    assert names(desk) == ()
    desk.post(f"{address}/typed/reply", body="late", once="one")
    assert names(desk) == ()
    assert "</textarea>" in desk.get(address).text
    desk.post(f"{address}/typed/reply", body="again")
    desk.post(f"{address}/typed/reply", body="")
    assert names(desk) == ()


def test_a_claim_being_typed_from_a_report_is_kept_but_not_the_look_at_others(
    desk: Browser, world: World
) -> None:
    (row,) = desk.desk.workspace.casework.inbox()
    address = f"/thread/{desk.desk.workspace.handles.of(row.thread)}"
    desk.post(f"{address}/case", pseudonym="RK-417")
    envelope = re.search(r'name="envelope" value="(\w+)"', desk.get(address).text)
    assert envelope
    typed = {"words": "An invented report", "property": "account", "value": "half a sent",
             "others": "none", "certainty": "saw"}  # fmt: skip
    desk.post(f"{address}/typed/claim", **typed)
    page = desk.post(f"{address}/quote", envelope=envelope[1], words="An invented report").text
    assert 'value="half a sent"' in page
    assert "checked" not in page
    other = desk.post(f"{address}/quote", envelope=envelope[1], words="to be answered").text
    assert "half a sent" not in other
    told = {**typed, "envelope": envelope[1], "event": "", "new_event": "A day",
            "new_kind": "raid", "polarity": "asserts", "perpetrator": "not_stated",
            "motive": "not_stated"}  # fmt: skip
    assert desk.post(f"{address}/claim", **told).status_code == 303
    assert names(desk) == ()
    (old,) = [one for one in desk.desk.workspace.record.claims if one.report]
    back = {**told, "words": "to be answered", "event": old.event, "recants": old.id,
            "circumstances": "after a visit", "polarity": "denies"}  # fmt: skip
    assert desk.post(f"{address}/claim", **back, once="b").status_code == 303
    new = desk.desk.workspace.record.claims[-1]
    assert new.recants is not None
    assert (new.recants.claim, new.recants.circumstances) == (old.id, "after a visit")


def test_less_urgent_takes_a_reason(desk: Browser) -> None:
    (row,) = desk.desk.workspace.casework.inbox()
    assert row.urgency == "now"
    address = f"/thread/{desk.desk.workspace.handles.of(row.thread)}"
    assert desk.post(f"{address}/urgency", urgency="can_wait").status_code == 400
    assert desk.post(f"{address}/urgency", urgency="never", reason="x").status_code == 400
    assert desk.desk.workspace.casework.inbox()[0].urgency == "now"
    told = {"urgency": "can_wait", "reason": "Is safe abroad by now."}
    assert desk.post(f"{address}/urgency", **told).status_code == 303
    assert desk.desk.workspace.casework.inbox()[0].urgency == "can_wait"
    assert "Is safe abroad by now." in desk.get(address).text


def test_a_draft_is_dropped_when_asked(desk: Browser) -> None:
    address = new_source(desk)
    desk.post(f"{address}/typed", **TYPED)
    assert len(names(desk)) == 1
    desk.post(f"{address}/drop")
    assert names(desk) == ()


def test_drafts_of_what_was_forgotten_and_old_ones_are_swept(tmp_path: Path) -> None:
    with Vault.create(tmp_path / "vault", PASSPHRASE, costs=COSTS) as vault:
        drafts, typed = (
            Drafts(vault),
            Form({"body": ["Canary of an invented draft"], "csrf": ["x"]}),
        )
        kept, forgotten = RecordId(b"k" * 16), RecordId(b"f" * 16)
        for record in (kept, forgotten):
            drafts.keep("reply", record, typed, Day(100))
        drafts.sweep((forgotten,), Day(100))
        assert drafts.find("reply", forgotten) is None
        found = drafts.find("reply", kept)
        assert found is not None
        assert found.names() == ("body",)
        drafts.sweep((), Day(100 + DAYS))
        assert drafts.find("reply", kept) is not None
        drafts.sweep((), Day(101 + DAYS))
        assert drafts.find("reply", kept) is None
    assert not any(b"Canary" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_the_text_of_a_source_stays_with_the_team(desk: Browser) -> None:
    new_source(desk)
    record = desk.desk.workspace.record
    text = record.all(SourceText)[-1]
    assert text.words == TEXT
    assert SourceText not in DISCLOSABLE
