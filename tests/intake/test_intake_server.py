"""The page as a real server over a real relay, as a browser without scripts would use it."""

import asyncio
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from asylia.crypto.signing import SigningKey
from asylia.intake.answers import HEADERS
from asylia.intake.app import create_app
from asylia.intake.body import Patience
from asylia.intake.static_build import build
from asylia.values import Day, day_of, system_clock

from .world import REPLY, ROOT, World, signed_bundle

TEXT = "They took my brother (made up).\n<b>Ёлка & 🍂</b>"
WORD = re.compile(r"<li>(\w+)</li>")
FORM: dict[str, str] = {
    "text": TEXT,
    "urgency": "now",
    "on_behalf": "another",
    "contact": "yes",
    "how": "made-up number",
    "when": "after eight",
    "words_language": "ru",
}


class Visitor:
    """A browser without scripts: posts forms, keeps nothing but what the page holds."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, trust_env=False, timeout=60)
        self.token = ""

    def post(
        self, path: str, fields: dict[str, str], file: tuple[str, Any, str] | None = None
    ) -> httpx.Response:
        files: dict[str, Any] = {name: (None, value) for name, value in fields.items()}
        answer = self.client.post(path, files=files | ({"file": file} if file else {}))
        assert not answer.cookies
        assert "?" not in str(answer.url)
        found = re.search(r'name="pass" value="([^"]+)"', answer.text)
        self.token = found[1] if found else ""
        return answer


@pytest.fixture
def visitor(world: World) -> Iterator[Visitor]:
    someone = Visitor(world.page)
    yield someone
    someone.client.close()


class InProcess:
    """The page as an application of this process, for what only its arguments can show."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __enter__(self) -> "InProcess":
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=self._app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://page.invalid")
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def get(self, path: str) -> httpx.Response:
        return self._runner.run(self._client.get(path))

    def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        files = {name: (None, value) for name, value in fields.items()}
        return self._runner.run(self._client.post(path, files=files))


@pytest.fixture
def other_bundle(world: World) -> Iterator[Callable[[bytes], None]]:
    """Publishes another bundle, and the right one again afterwards."""
    yield world.publish
    world.publish(signed_bundle())


def written(visitor: Visitor, **changed: str) -> str:
    """Writes, and gives the nine words as one would type them."""
    answer = visitor.post("/ru/write", FORM | changed)
    assert answer.status_code == 200
    words = WORD.findall(answer.text)
    assert len(words) == 9
    return " ".join(words)


def test_a_report_goes_in_and_a_reply_comes_back(world: World, visitor: Visitor) -> None:
    words = written(visitor)
    [report] = world.take_in()
    control = report.control
    assert report.statement.text == TEXT
    assert (control.urgency, control.on_behalf, control.language) == ("now", "another", "ru")
    assert (control.safe_contact.how, control.safe_contact.when) == (FORM["how"], FORM["when"])

    back = {"words": words.upper(), "words_language": "ru"}
    early = visitor.post("/ru/return", back).text
    assert "сообщение ещё не получено или одно из слов неверное" in early
    world.reply(control, "Придуманный <i>ответ</i>.", "Второй ответ.")
    read = unescape(visitor.post("/ru/return", back).text)
    assert "Придуманный <i>ответ</i>." in read
    assert "Второй ответ." in read
    again = visitor.post("/ru/return", back).text
    assert "Второй ответ." not in again
    assert "Нового ответа пока нет" in again
    assert world.states(control)[:4] == [2, 2, 2, 0]

    assert visitor.post("/ru/more", {"text": "Ещё.", "pass": visitor.token}).status_code == 200
    [follow_up] = world.take_in()
    assert (follow_up.control.kind, follow_up.statement.text) == ("follow_up", "Ещё.")
    assert follow_up.control.thread == control.thread
    assert follow_up.control.thread_key == control.thread_key


@pytest.mark.parametrize("kind", ["withdraw", "delete"])
def test_what_was_written_can_be_taken_back(world: World, visitor: Visitor, kind: str) -> None:
    words = written(visitor)
    visitor.post("/en/return", {"words": words, "words_language": "ru"})
    visitor.post("/en/withdraw", {"step": "ask", "pass": visitor.token})
    fields = {"step": "confirm", "kind": kind, "pass": visitor.token}
    assert visitor.post("/en/withdraw", fields).status_code == 200
    assert sorted(each.control.kind for each in world.take_in()) == sorted(["report", kind])


def test_practice_asks_for_words_without_showing_any(world: World, visitor: Visitor) -> None:
    words = written(visitor).split()
    asked = visitor.post("/ru/practice", {"step": "ask", "pass": visitor.token})
    assert not any(f">{word}<" in asked.text or f'"{word}"' in asked.text for word in words)
    token = visitor.token
    tried = {"word-2": words[1].upper(), "word-6": "нет", "word-7": words[6]}
    wrong = visitor.post("/ru/practice", {"step": "check", "pass": token} | tried)
    assert wrong.text.count('aria-invalid="true"') == 1
    shown = visitor.post("/ru/practice", {"step": "show", "pass": token})
    assert WORD.findall(shown.text) == words
    right = visitor.post(
        "/ru/practice", {"step": "check", "pass": token} | tried | {"word-6": words[5]}
    )
    assert "Слова у вас есть" in right.text
    world.take_in()


def test_a_slip_gives_the_form_back_with_all_that_was_typed(world: World, visitor: Visitor) -> None:
    answer = visitor.post("/en/write", FORM | {"how": " "}, ("a.jpg", b"x", "image/jpeg"))
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert TEXT in page
    assert FORM["when"] in page
    assert "Say how we may reach you" in page
    assert "Choose the file again" in page
    assert re.search(r'value="ru"[^>]* selected', page)
    assert world.take_in() == []


def test_a_wrong_word_is_named_by_its_place_and_the_words_are_kept(visitor: Visitor) -> None:
    fields = {"words": "abandon amount zzzz amount expire adjust cage candy armor"}
    answer = visitor.post("/en/return", fields | {"words_language": "en"})
    assert answer.status_code == 422
    assert "Word 3 is not in the list" in answer.text
    assert fields["words"] in answer.text


@pytest.mark.parametrize("step", ["practice", "withdraw"])
def test_an_old_pass_asks_for_the_words(visitor: Visitor, step: str) -> None:
    answer = visitor.post(f"/en/{step}", {"step": "ask", "pass": "AAAA"})
    assert answer.status_code == 422
    assert "Too much time has passed" in answer.text
    assert 'name="words"' in answer.text


def test_an_old_pass_keeps_what_was_typed_and_takes_the_words_beside_it(
    world: World, visitor: Visitor
) -> None:
    words = written(visitor)
    [report] = world.take_in()
    asked = visitor.post("/ru/more", {"text": "Canary.", "pass": "AAAA"})
    assert asked.status_code == 422
    assert "Canary." in asked.text
    assert 'name="words"' in asked.text
    fields = {"text": "Canary.", "words": words, "words_language": "ru"}
    assert visitor.post("/ru/more", fields).status_code == 200
    [more] = world.take_in()
    assert (more.statement.text, more.control.thread) == ("Canary.", report.control.thread)


def open_files(pid: int) -> set[str]:
    """Regular files that a process holds open, those with no name any more too."""
    found = set[str]()
    if pid != os.getpid() and os.geteuid() != 0:
        return found  # the page lets nobody look but root: then its temporary folder alone tells
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("/") and not target.startswith("/dev/"):
            found.add(target)
    return found


def test_an_upload_touches_no_disk(world: World, visitor: Visitor) -> None:
    content = b"canary-upload" * (5 * (1 << 20) // 13)
    page = world.processes[1].pid
    before = open_files(page)
    seen: list[set[str]] = []

    class Slowly:
        """Gives a piece at a time, and looks at the server in between."""

        def __init__(self) -> None:
            self._at = 0

        def read(self, size: int = -1) -> bytes:
            size = min(size, 1 << 18) if size > 0 else 1 << 18
            some = content[self._at : self._at + size]
            self._at += len(some)
            seen.append(open_files(page) | {str(path) for path in world.temporary.rglob("*")})
            return some

    answer = visitor.post("/en/write", FORM, ("night.jpg", Slowly(), "image/jpeg"))
    assert answer.status_code == 200
    assert len(seen) > 10
    after = open_files(page) | {str(path) for path in world.temporary.rglob("*")}
    assert set().union(*seen, after) - before == set()
    [report] = world.take_in()
    [attachment] = report.control.attachments
    assert (attachment.name, attachment.size) == ("night.jpg", len(content))
    assert sum(len(world.piece(piece)) for piece in attachment.pieces) > len(content)


def test_the_watch_on_the_disk_does_see_a_spooled_file(tmp_path: Path) -> None:
    with (tmp_path / "spool").open("wb") as file:
        path = Path(file.name)
        path.unlink()
        assert any("spool" in name for name in open_files(os.getpid()))


def test_a_file_that_is_too_large_loses_no_words(world: World, visitor: Visitor) -> None:
    answer = visitor.post("/en/write", FORM, ("a.bin", bytes((20 << 20) + 1), "x/y"))
    assert answer.status_code == 422
    assert "larger than 20 MB" in answer.text
    assert "They took my brother" in answer.text
    assert world.take_in() == []


EVERYWHERE = ["/", "/en/", "/ru/write", "/en/return", "/style.css", "/page.js", "/words/fr.txt",
              "/keys.txt", "/en/offline.html", "/v1/bundle", "/nowhere"]  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_the_strict_headers_and_no_cookie(visitor: Visitor, path: str) -> None:
    answer = visitor.client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], name
    for name in ("set-cookie", "vary", "etag", "last-modified"):
        assert name not in answer.headers
    assert answer.headers["date"].endswith("00:00:00 GMT")
    assert "uvicorn" not in str(answer.headers).lower()


def test_everyone_gets_the_same_bytes(visitor: Visitor, tmp_path: Path) -> None:
    build(tmp_path / "page", ROOT.public)
    for path, name in [("/en/", "en/index.html"), ("/ru/write", "ru/write.html"),
                       ("/page.js", "page.js"), ("/words/tr.txt", "words/tr.txt"),
                       ("/en/offline.html", "en/offline.html")]:  # fmt: skip
        built = (tmp_path / "page" / name).read_bytes()
        for agent in ("one", "another"):
            headers = {
                "user-agent": agent,
                "accept-encoding": "identity" if agent == "one" else "gzip",
            }
            assert visitor.client.get(path, headers=headers).content == built


def test_the_first_page_is_in_the_language_that_the_browser_asks_for(visitor: Visitor) -> None:
    for asked, path in (("ru", "/ru/"), ("de", "/en/")):
        answer = visitor.client.get("/", headers={"accept-language": asked})
        assert (answer.status_code, answer.headers["location"]) == (303, path)


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/ru/nowhere", 404, "Такой страницы нет"),
        ("GET", "/en/practice", 405, "That did not work"),
        ("POST", "/ru/write", 400, "Не получилось"),
        ("DELETE", "/en/", 405, "That did not work"),
        ("GET", "/%2e%2e/%ff", 404, "There is no such page"),
    ],
)
def test_what_fails_is_a_calm_page_with_a_way_out(
    visitor: Visitor, method: str, path: str, status: int, words: str
) -> None:
    answer = visitor.client.request(method, path)
    assert answer.status_code == status
    assert words in answer.text
    assert "data-leave" in answer.text


def raw(world: World, request: bytes) -> bytes:
    """What the page answers to bytes that no well-behaved client would send."""
    host, port = world.page.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        (b"OPTIONS *", b"Host: x", b"404"),
        (b"GET /nowhere", b"Host: [", b"404"),
    ],
)
def test_what_no_browser_sends_is_answered_alike(
    world: World, request_line: bytes, headers: bytes, status: bytes
) -> None:
    answer = raw(world, b"%b HTTP/1.1\r\n%b\r\nConnection: close\r\n\r\n" % (request_line, headers))
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"uvicorn" not in answer
    assert b"data-leave" in answer


@pytest.mark.parametrize(
    "junk",
    [
        b"junk\r\n\r\n",
        b"GET /%b HTTP/1.1\r\n\r\n" % (b"a" * 70_000),
        b"GET / HTTP/1.1\r\n%b\r\n" % (b"X: y\r\n" * 5000),
        b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_one_plain_line_that_tells_the_day(
    world: World, junk: bytes
) -> None:
    head, _, body = raw(world, junk).partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    assert line.startswith(b"HTTP/1.1 400")
    assert (body.count(b"\n"), body[-1:]) == (1, b"\n")
    assert next(one for one in headers if one.startswith(b"date: ")).endswith(b" 00:00:00 GMT")
    assert b"uvicorn" not in head


def test_a_length_with_leading_zeros_is_a_length(world: World) -> None:
    path, length = b"/v1/envelopes/" + b"0" * 32, b"2000000".zfill(5000)
    head = b"PUT %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %b\r\n\r\n"
    assert raw(world, head % (path, length)).startswith(b"HTTP/1.1 400")


def test_the_host_does_not_choose_the_language(world: World) -> None:
    answer = raw(world, b"GET /x HTTP/1.1\r\nHost: x/ru/?\r\nConnection: close\r\n\r\n")
    assert b'<html lang="en">' in answer


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_page_leaves_no_core_file(world: World) -> None:
    limits = Path(f"/proc/{world.processes[1].pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)


@pytest.mark.parametrize("status", [409, 413, 500])
def test_whatever_a_relay_answers_nothing_typed_is_lost(status: int) -> None:
    async def hostile(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        found = scope["path"] == "/v1/bundle"
        start = {"type": "http.response.start", "status": 200 if found else status, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": signed_bundle() if found else b""})

    relay = httpx.ASGITransport(app=hostile)
    with InProcess(create_app("http://relay.invalid", ROOT.public, transport=relay)) as page:
        answer = page.post("/en/write", FORM)
        assert answer.status_code == 422
        assert TEXT in unescape(answer.text)


def test_a_withdrawal_that_did_not_go_out_keeps_what_was_chosen(
    world: World, visitor: Visitor, other_bundle: Callable[[bytes], None]
) -> None:
    written(visitor)
    other_bundle(signed_bundle(root=OTHER))
    for kind in ("withdraw", "delete"):
        fields = {"step": "confirm", "kind": kind, "pass": visitor.token}
        answer = visitor.post("/en/withdraw", fields)
        assert answer.status_code == 422
        assert re.findall(r'value="(\w+)" checked', answer.text) == [kind]
    world.take_in()


def test_another_sites_page_cannot_post_here(world: World, visitor: Visitor) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        visitor.client.headers["sec-fetch-site"] = site
        assert visitor.post("/ru/write", FORM).status_code == status
    assert len(world.take_in()) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/envelopes/zz", b"x"),
        ("PUT", "/v1/envelopes/" + "AA" * 16, b"x"),
        ("PUT", "/v1/envelopes/" + "aa" * 15, b"x"),
        ("PUT", "/v1/envelopes/" + "aa" * 16, bytes((1 << 20) + 1)),
        ("PUT", "/v1/pieces/" + "aa" * 16, bytes((1 << 20) + 1)),
        ("POST", "/v1/drops/window", bytes(32)),
        ("POST", "/v1/drops/window", bytes(9 * 32)),
        ("POST", "/v1/drops/window", b""),
        ("POST", "/v1/drops/read", bytes(31)),
    ],
)
def test_the_way_to_the_relay_refuses_alike(
    visitor: Visitor, method: str, path: str, body: bytes
) -> None:
    answer = visitor.client.request(method, path, content=body)
    assert (answer.status_code, answer.content) == (400, b"")


def test_only_a_reporters_paths_lead_to_the_relay(visitor: Visitor) -> None:
    for path in ("/v1/envelopes", "/v1/ledger", "/v1/drops/" + "aa" * 32, "/v1/log/checkpoint"):
        assert visitor.client.get(path).status_code == 404


OTHER = SigningKey(bytes(31) + b"x", "pair")


def bad_bundles() -> dict[str, bytes]:
    good = signed_bundle()
    return {
        "another team's": signed_bundle(root=OTHER),
        "one byte altered": good[:-9] + bytes([good[-9] ^ 1]) + good[-8:],
        "cut off": good[:-1],
    }


def test_a_false_bundle_is_refused_alike_and_nothing_typed_is_lost(
    world: World, visitor: Visitor, other_bundle: Callable[[bytes], None]
) -> None:
    pages = set()
    for bundle in bad_bundles().values():
        other_bundle(bundle)
        answer = visitor.post("/en/write", FORM)
        assert answer.status_code == 422
        assert TEXT in unescape(answer.text)
        pages.add(answer.text)
    assert len(pages) == 1
    assert "Do not write here" in pages.pop()
    assert world.take_in() == []


def test_an_old_bundle_says_to_come_back_later(
    world: World, visitor: Visitor, other_bundle: Callable[[bytes], None]
) -> None:
    other_bundle(signed_bundle(first=Day(day_of(system_clock()) - 30)))
    assert "out of date" in visitor.post("/en/write", FORM).text
    assert world.take_in() == []


def test_a_reply_that_the_team_did_not_sign_is_not_shown(world: World, visitor: Visitor) -> None:
    words = written(visitor)
    [report] = world.take_in()
    world.reply(report.control, "A false reply.", key=SigningKey(bytes(32), "ed25519"))
    page = visitor.post("/en/return", {"words": words, "words_language": "ru"}).text
    assert "A false reply." not in page
    assert re.search(r'data-state="unread" class', page)
    assert world.states(report.control)[:2] == [1, 1]
    assert REPLY.public.ml_dsa_44 is None


def test_a_group_is_chosen_where_there_are_several(world: World) -> None:
    world.publish(signed_bundle(2))
    try:
        app = create_app(world.relay, ROOT.public)
        with InProcess(app) as page:
            assert "Юристы" in page.get("/ru/write").text
            for chosen, status in (("legal", 200), ("", 200), ("nobody", 400)):
                assert page.post("/ru/write", FORM | {"compartment": chosen}).status_code == status
    finally:
        world.publish(signed_bundle())
    assert sorted(each.control.compartment for each in world.take_in()) == ["casework", "legal"]


def test_without_a_relay_nothing_typed_is_lost() -> None:
    with InProcess(create_app("http://127.0.0.1:9", ROOT.public)) as page:
        answer = page.post("/en/write", FORM)
        assert answer.status_code == 422
        assert TEXT in unescape(answer.text)
        assert "cannot be reached" in answer.text
        assert page.get("/v1/bundle").status_code == 503
        assert page.get("/keys.txt").status_code == 503
        assert page.get("/en/write").status_code == 200


def test_a_body_that_stops_coming_is_given_up() -> None:
    told: list[str] = []
    app = create_app(
        "http://127.0.0.1:9", ROOT.public, patience=Patience(0.05, 0.1), tell=told.append
    )
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/en/write",
        "raw_path": b"/en/write",
        "query_string": b"",
        "headers": [(b"content-type", b"multipart/form-data; boundary=b")],
    }

    async def never() -> Any:
        await asyncio.sleep(60)

    async def keep(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, never, keep))  # type: ignore[arg-type]
    assert sent[0]["status"] == 400
    assert told == []


def test_a_fault_of_ours_is_a_calm_page_and_one_line_that_says_only_its_kind() -> None:
    told: list[str] = []

    def broken(length: int) -> bytes:
        raise RuntimeError("canary")

    app = create_app("http://127.0.0.1:9", ROOT.public, randomness=broken, tell=told.append)
    with InProcess(app) as page:
        answer = page.post("/ru/write", FORM)
    assert answer.status_code == 500
    assert "Неполадка на нашей стороне" in answer.text
    assert "canary" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert told == ["a request failed: RuntimeError"]


def test_a_pass_dies_with_the_hour(world: World) -> None:
    moment = [system_clock()]
    with InProcess(create_app(world.relay, ROOT.public, clock=lambda: moment[0])) as page:
        shown = page.post("/en/write", FORM).text
        asked = {"step": "ask", "pass": re.findall(r'name="pass" value="([^"]+)"', shown)[0]}
        assert page.post("/en/practice", asked).status_code == 200
        moment[0] += timedelta(hours=1)
        assert page.post("/en/practice", asked).status_code == 422
    world.take_in()


def test_many_write_at_once_and_none_is_lost(world: World) -> None:
    def one(n: int) -> None:
        someone = Visitor(world.page)
        written(someone, text=f"Number {n}.")
        someone.client.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = {each.statement.text for each in world.take_in()}
    assert texts == {f"Number {n}." for n in range(12)}
