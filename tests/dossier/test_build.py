"""A bundle is whole or is not there; it is what was selected, and nothing else."""

import io
import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from pypdf import PdfReader
from tests.dossier.world import NOW, World, clock, service, stamps_in, unheard

from asylia.crypto.signing import SigningKey
from asylia.dossier import bag
from asylia.dossier.build import STATEMENT, build
from asylia.dossier.disclosure import ProvenLeaf
from asylia.dossier.pdf import render, words
from asylia.dossier.stamp import StampService
from asylia.envelope.signed import SignedBytes
from asylia.errors import (
    AsyliaError,
    ConflictError,
    ForgedError,
    MalformedError,
    RefusedError,
    UnavailableError,
)


@pytest.fixture(scope="module")
def made(authority, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "bundle"
    return World().build(authority, out)


def statement(bundle) -> dict[str, object]:
    body = SignedBytes.parse((bundle.path / STATEMENT).read_bytes()).body
    return json.loads(body.partition(b"\n")[2])


def test_the_statement_is_the_same_bytes_for_the_same_input(world, tmp_path):
    selection, evidence = parts(world)
    bodies = []
    for name in ("one", "two"):
        out = tmp_path / name
        build(selection, evidence, world.exporter, [], out, unheard, clock=clock)
        bodies.append(SignedBytes.parse((out / STATEMENT).read_bytes()).body)
    assert bodies[0] == bodies[1]


def test_nothing_beside_the_bundle_is_left(made):
    assert list(made.path.parent.iterdir()) == [made.path]


def test_no_secret_of_the_team_is_in_any_file(made):
    held = b"".join(path.read_bytes() for path in made.path.rglob("*") if path.is_file())
    for secret in (b"Plover", b"Wagtail", b"p-one", b"c-one", b"neighbour", b"Heron", b't-1"'):
        assert secret not in held


def test_the_pdf_says_what_the_data_say(made):
    text = " ".join(page.extract_text() for page in PdfReader(made.path / "data/dossier.pdf").pages)
    text = " ".join(text.split())
    for said in (
        "Меня держали восемь дней",
        "«Это абсолютная ложь»",
        "Example court",
        "at least 101",
    ):
        assert said in text
    for name in made.names.values():
        assert name in text
    assert "Estimates · Оценки" not in text


def test_the_pdf_is_tagged_and_has_title_and_language(made):
    reader = PdfReader(made.path / "data/dossier.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title == "Dossier · Досье"
    languages = {str(found) for found in _values(root["/StructTreeRoot"], "/Lang")}
    assert "ru" in languages


def _values(node, key, seen=None):
    seen = set() if seen is None else seen
    node = node.get_object()
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, dict):
        if key in node:
            yield node[key]
        if "/K" in node:
            yield from _values(node["/K"], key, seen)
    elif isinstance(node, list):
        for one in node:
            yield from _values(one, key, seen)


def test_the_same_pages_give_the_same_pdf_and_words_are_no_markup():
    pages = {
        "title": "t",
        "footer": "#panic()",
        "cover": [
            {"label": words()["headings"]["purpose"], "value": "*a* #let x = 1", "lang": "en"}
        ],
        "root": ["00"],
        "log": {"origin": "o", "size": "1", "root": ["00"]},
        "groups": [],
        "exhibits": [],
        "statements": [],
        "figures": [],
        "consent": [],
    }
    first, second = (render(pages, date(2026, 11, 22)) for _ in range(2))
    assert first == second
    text = PdfReader(io.BytesIO(first)).pages[0].extract_text()
    assert "#panic()" in text
    assert "*a* #let x = 1" in text


def test_what_cannot_be_set_is_our_error():
    with pytest.raises(AsyliaError, match="could not be set") as caught:
        render({"groups": "secret words"}, date(2026, 11, 22))
    assert "secret" not in str(caught.value)


def parts(world):
    selection = world.select()
    return selection, world.evidence(selection)


def test_a_failing_stamp_service_leaves_nothing(world, tmp_path):
    selection, evidence = parts(world)
    gone = StampService("http://127.0.0.1:9/", (), httpx.Client(trust_env=False))
    with pytest.raises(UnavailableError):
        build(selection, evidence, world.exporter, [gone], tmp_path / "b", unheard, clock=clock)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bag.os, "fsync", full)
    with pytest.raises(UnavailableError):
        bag.write({"bagit.txt": b"x"}, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(made, tmp_path):
    with pytest.raises(ConflictError):
        bag.write({"bagit.txt": b"x"}, made.path)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConflictError):
        bag.write({"bagit.txt": b"x"}, tmp_path / "link")


@pytest.mark.parametrize("name", ["../x", "/x", "data/../x", "Data/x", "data/", "a" * 65])
def test_a_name_that_a_reader_would_refuse_is_never_written(tmp_path, name):
    with pytest.raises(MalformedError):
        bag.write({name: b"x"}, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_selection_of_another_day_is_refused(world, tmp_path):
    selection, evidence = parts(world)
    later = lambda: NOW + timedelta(days=1)  # noqa: E731
    with pytest.raises(RefusedError, match="another day"):
        build(selection, evidence, world.exporter, [], tmp_path / "b", unheard, clock=later)


def test_a_device_without_the_root_s_certificate_can_not_sign(world, tmp_path):
    selection, evidence = parts(world)
    other = replace(world.exporter, signer=SigningKey(bytes(32), "pair"))
    with pytest.raises(ForgedError):
        build(selection, evidence, other, [], tmp_path / "b", unheard, clock=clock)
    other = replace(world.exporter, root=World(1).root.public)
    with pytest.raises(ForgedError):
        build(selection, evidence, other, [], tmp_path / "b", unheard, clock=clock)


def test_a_leaf_that_does_not_hold_never_leaves(world, tmp_path):
    selection, evidence = parts(world)
    leaf = evidence.leaves["c-one"]
    moved = {**evidence.leaves, "c-one": ProvenLeaf(leaf.seed, leaf.index ^ 1, leaf.path)}
    with pytest.raises(ForgedError):
        build(
            selection,
            replace(evidence, leaves=moved),
            world.exporter,
            [],
            tmp_path / "b",
            unheard,
            clock=clock,
        )
    assert list(tmp_path.iterdir()) == []


def test_the_names_of_items_are_not_the_record_s(made):
    assert set(statement(made)["items"]) == set(made.names.values())
    assert not set(made.names) & set(made.names.values())


def answering(content, status=200):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        (b"", 200, MalformedError),
        (b"no stamp", 200, MalformedError),
        (b"x" * (1 << 17), 200, MalformedError),
        (b"", 500, UnavailableError),
    ],
)
def test_a_service_that_answers_anything_else_is_refused(authority, content, status, error):
    server = answering(content, status)
    try:
        asked = replace(service(authority), url=f"http://127.0.0.1:{server.server_address[1]}/")
        with pytest.raises(error):
            asked(b"signed bytes")
    finally:
        server.shutdown()
        server.server_close()


def test_an_old_answer_of_the_right_service_is_refused(authority):
    server = answering(service(authority)(b"signed bytes"))
    try:
        asked = replace(service(authority), url=f"http://127.0.0.1:{server.server_address[1]}/")
        with pytest.raises(ForgedError):
            asked(b"signed bytes")
    finally:
        server.shutdown()
        server.server_close()


def test_a_stamp_under_other_roots_is_refused(authority, tmp_path):
    with stamps_in(tmp_path, "Other") as other, pytest.raises(ForgedError):
        replace(service(authority), roots=(other.root_pem,))(b"signed bytes")
    with pytest.raises(MalformedError):
        replace(service(authority), roots=("no certificate",))(b"signed bytes")
