"""The wall and the door: what must never get through, each beside what does."""

from datetime import timedelta

import pytest
from tests.casework.world import PASSPHRASE, Hands
from tests.desk.world import TOKEN, Browser

from asylia.desk.door import TRANSITIONS, Door, Event, State
from asylia.errors import LockedError, RefusedError

SCREENS = (
    "/inbox", "/cases", "/figures", "/figures/2017-12-31", "/sources", "/sites", "/statements",
    "/demands", "/exhibits", "/exhibits/new", "/interviews", "/dossiers", "/help", "/quarantine",
    "/team", "/line", "/line/reread", "/forgotten", "/pulse", "/search", "/timeline", "/map",
    "/map/caucasus", "/matrix", "/matrix/role", "/documented", "/review", "/estimates",
)  # fmt: skip
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_every_screen_is_shown_to_who_is_let_in(desk: Browser) -> None:
    assert {desk.get(address).status_code for address in SCREENS} == {200}


def test_no_screen_is_shown_to_a_stranger(locked: Browser) -> None:
    assert {locked.get(address).status_code for address in SCREENS} == {403}


def test_before_the_passphrase_every_screen_leads_to_it(locked: Browser) -> None:
    locked.enter()
    answers = [locked.get(address) for address in SCREENS]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/unlock")}


def test_another_host_is_not_answered(desk: Browser) -> None:
    port = desk.host.rpartition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "evil.example", f"{desk.host}0"):
        assert desk.get("/inbox", host=host).status_code == 421


def test_what_another_site_causes_is_refused(desk: Browser) -> None:
    for site in ("cross-site", "same-site"):
        assert desk.get("/inbox", sec_fetch_site=site).status_code == 403
    for site in ("same-origin", "none"):
        assert desk.get("/inbox", sec_fetch_site=site).status_code == 200


def test_a_form_from_another_origin_is_refused(desk: Browser) -> None:
    form = {"csrf": desk.desk.door.csrf, "language": "ru", "back": "/inbox"}
    for origin in ("http://evil.example", "null", f"https://{desk.host}", ""):
        answer = desk.client.post("/language", data=form, headers={"origin": origin})
        assert answer.status_code == 403
    assert desk.client.post("/language", data=form).status_code == 403
    typed = {**desk.origin, "sec-fetch-site": "none"}
    assert desk.client.post("/language", data=form, headers=typed).status_code == 403
    assert desk.client.post("/language", data=form, headers=desk.origin).status_code == 303


def test_a_form_without_the_sessions_token_is_refused(desk: Browser) -> None:
    for csrf in ("", "guess", "ü"):
        assert desk.post("/language", csrf=csrf, language="ru", back="/inbox").status_code == 403
    assert desk.desk.language == "en"


def test_an_upload_and_a_long_form_are_refused(desk: Browser) -> None:
    upload = desk.client.post("/language", files={"file": b"x"}, headers=desk.origin)
    long = desk.client.post("/language", data={"x": "y" * 300_000}, headers=desk.origin)
    assert (upload.status_code, long.status_code) == (415, 413)


def test_a_form_of_unsaid_length_is_refused(desk: Browser) -> None:
    sent = iter([b"csrf=", b"y" * 300_000])
    answer = desk.client.post("/language", content=sent, headers={**desk.origin, **FORM})
    assert answer.status_code == 413


def test_a_form_that_does_not_parse_is_our_error(desk: Browser) -> None:
    for body in (b"%ff=%ff", b"\xff", b"a;b", b"&".join([b"a=b"] * 5001)):
        answer = desk.client.post("/language", content=body, headers={**desk.origin, **FORM})
        assert answer.status_code == 400


def test_an_address_takes_no_query(desk: Browser) -> None:
    assert desk.get("/inbox?search=name").status_code == 400


def test_other_methods_are_refused(desk: Browser) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert desk.client.request(method, "/inbox", headers=desk.origin).status_code == 405


def test_the_link_works_once(locked: Browser) -> None:
    assert locked.enter().status_code == 303
    locked.client.cookies.clear()
    assert locked.enter().status_code == 403
    assert locked.get("/unlock").status_code == 403


def test_a_wrong_link_does_not_spend_the_right_one(locked: Browser) -> None:
    assert locked.enter("wrong").status_code == 403
    assert locked.enter().status_code == 303


def test_the_cookie_is_kept_from_scripts_other_sites_and_disks(locked: Browser) -> None:
    cookie = locked.enter().headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "expires" not in cookie
    assert "max-age" not in cookie
    assert "domain" not in cookie


def test_a_wrong_passphrase_opens_nothing(locked: Browser) -> None:
    locked.enter()
    answer = locked.unlock("amber basin cedar delta ember glade")
    assert answer.status_code == 403
    assert "amber" not in answer.text
    assert locked.get("/inbox").headers["location"] == "/unlock"
    assert locked.unlock().headers["location"] == "/inbox"


def test_no_answer_may_be_kept_framed_or_run_foreign_code(desk: Browser) -> None:
    for address in ("/inbox", "/unlock", "/static/desk.css", "/nowhere", "/inbox?x"):
        headers = desk.get(address).headers
        policy = headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy


def test_no_page_has_inline_code(desk: Browser) -> None:
    for address in SCREENS:
        page = desk.get(address).text
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page
        assert page.count("<script") == page.count('<script src="/static/built/')


def test_after_the_lock_nothing_is_shown_and_the_vault_is_closed(desk: Browser) -> None:
    cookies = dict(desk.client.cookies)
    answer = desk.post("/lock")
    assert answer.status_code == 200
    assert f"{desk.url}/enter/next" in answer.text
    assert desk.ended.wait(5)
    desk.client.cookies.update(cookies)
    assert {desk.get(address).status_code for address in SCREENS} == {403}
    assert desk.unlock().status_code == 403
    assert desk.desk.workspace is None


def test_the_desk_ends_only_when_it_is_locked(desk: Browser) -> None:
    desk.get("/inbox")
    assert not desk.ended.is_set()
    desk.post("/lock")
    assert desk.ended.wait(5)


def test_an_idle_desk_locks_and_ends_by_itself(desk: Browser, clock: Hands) -> None:
    clock.move(minutes=11)
    assert desk.ended.wait(10)
    assert desk.desk.workspace is None
    assert desk.get("/inbox").status_code == 403


def test_a_fault_is_named_by_its_kind_only(desk: Browser) -> None:
    place, workspace = desk.desk.workspace.place, desk.desk.workspace
    workspace.place = None
    answer = desk.get("/inbox")
    workspace.place = place
    assert answer.status_code == 500
    assert "AttributeError" in answer.text
    assert "casework" not in answer.text


def test_going_back_never_leaves_the_desk(desk: Browser) -> None:
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert desk.post("/language", language="en", back=back).status_code == 404


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_the_door_moves_only_as_its_table_says(state: State, event: Event) -> None:
    door = Door(TOKEN, idle=timedelta(minutes=1), clock=Hands())
    door.state = state
    step = {Event.LINK: lambda: door.enter(TOKEN), Event.OPENED: door.unlock, Event.LOCK: door.lock}
    after = TRANSITIONS.get((state, event))
    if after is None:
        with pytest.raises((LockedError, RefusedError)):
            step[event]()
        assert door.state is state
    else:
        step[event]()
        assert door.state is after


def test_a_door_left_alone_or_set_back_in_time_is_idle() -> None:
    hands = Hands()
    door = Door(TOKEN, idle=timedelta(minutes=10), clock=hands)
    hands.move(minutes=9)
    assert not door.is_idle()
    door.touch()
    hands.move(minutes=9)
    assert not door.is_idle()
    hands.move(minutes=1)
    assert door.is_idle()
    door.touch()
    hands.move(minutes=-2)
    assert door.is_idle()


def test_a_page_that_asks_by_itself_does_not_keep_the_desk_open(
    desk: Browser, clock: Hands
) -> None:
    door = desk.desk.door
    clock.move(minutes=9)
    desk.get("/pulse")
    clock.move(seconds=59)
    assert not door.is_idle()
    clock.move(seconds=1)
    assert door.is_idle()


def test_typing_keeps_the_desk_open(desk: Browser, clock: Hands) -> None:
    clock.move(minutes=9)
    assert desk.post("/awake").status_code == 204
    clock.move(minutes=9)
    assert not desk.desk.door.is_idle()


def test_the_passphrase_is_nowhere_in_what_is_kept(desk: Browser) -> None:
    assert PASSPHRASE not in repr(vars(desk.desk))
