"""What is being typed waits sealed in the vault, and is gone once it was used or forgotten."""

from pathlib import Path

from tests.casework.world import COSTS, PASSPHRASE, World
from tests.desk.world import Browser

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
