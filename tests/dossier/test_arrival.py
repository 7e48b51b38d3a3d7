"""A whole statement leaves with consent to all of it, proven, and with nothing of its control."""

from dataclasses import replace

import pytest
from msgspec import structs
from pypdf import PdfReader
from tests.casework.world import Hands, team
from tests.dossier.reports import SAID, STATEMENT, Reported, taken_in
from tests.dossier.world import NOW, TODAY, World, clock, record, unheard

from asylia.casework.arrival import take_in
from asylia.casework.documenting import (
    Said,
    Terms,
    Words,
    open_case,
    record_claim,
    record_consent,
    record_recipient,
    source_id,
)
from asylia.dossier.arrival import Arrived, submissions
from asylia.dossier.build import build
from asylia.dossier.export import Request, export, to_read
from asylia.envelope.statement import Statement
from asylia.errors import ForgedError, RefusedError
from asylia.record.consent import NotPermittedError
from asylia.record.contents import Concerned, Event, Withdrawal
from asylia.tlog.policy import LogParty, Policy, encode_policy
from asylia.values import Day
from asylia.wire import decode, encode
from asylia_verify.check import check_files
from asylia_verify.opening import open_bundle
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy

THIRD = (Concerned(person="p-two", role="third"),)


@pytest.fixture(scope="module")
def reported():
    return Reported(taken_in(World()))


@pytest.fixture(scope="module")
def made(authority, tmp_path_factory):
    world = World()
    one = Reported(taken_in(world))
    return one, one.build(world, authority, tmp_path_factory.mktemp("out") / "b", "c-rep", "c-one")


def words(bundle):
    pages = PdfReader(bundle.path / "data/dossier.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_pdf_shows_the_words_with_what_they_prove(made):
    reported, bundle = made
    text = words(bundle)
    for said in (*SAID.split("\n"), "Who was it?", "Men in uniform", "nor that they are true"):
        assert said in text
    assert bundle.names[reported.source] in text


def test_a_bundle_without_one_has_no_such_section(authority, tmp_path):
    assert "Reports in full" not in words(World().build(authority, tmp_path / "b"))


def test_nothing_of_the_control_leaves_but_its_hash(made):
    reported, bundle = made
    control = reported.submission.control
    held = b"".join(path.read_bytes() for path in bundle.path.rglob("*") if path.is_file())
    secrets = (control.thread, control.drop_secret, control.nonce, control.thread_key.ed25519)
    names = [part for one in secrets for part in (one, one.hex().encode())]
    arrival = reported.submission.arrival
    for secret in (
        *names,
        control.recipient.encode(),
        arrival.envelope_sha256,
        b"p-one",
        b"Plover",
    ):
        assert secret not in held
    assert reported.source.encode() not in held


def test_the_file_key_in_the_bundle_opens_the_statement_alone(made):
    reported, bundle = made
    folder = bundle.path / "data/arrivals" / bundle.names[reported.source]
    assert sorted(path.name for path in folder.iterdir()) == [
        "proof.json",
        "statement.age",
        "statement.json",
    ]
    assert (folder / "statement.json").read_bytes() == encode(STATEMENT)


@pytest.mark.parametrize(
    ("contents", "lacks"),
    [
        (lambda one: one.contents()[:2], "p-one, for .*: no consent to this item"),
        (lambda one: one.contents(persons=THIRD), "p-two, for .*: no consent was given"),
        (lambda one: one.contents()[::2], "does not say whom its words concern"),
        (
            lambda one: (
                *one.contents(),
                Withdrawal(id="w-1", person="p-one", consents=(), on=TODAY, channel="line"),
            ),
            "consent was withdrawn",
        ),
    ],
)
def test_without_consent_to_all_of_it_by_all_of_them_it_never_leaves(reported, contents, lacks):
    with pytest.raises(NotPermittedError, match=lacks):
        reported.select(of=record(*contents(reported)))


def test_the_claim_of_a_report_leaves_on_its_own_consent_without_the_whole(authority, tmp_path):
    bundle = World().build(authority, tmp_path / "b")
    assert not (bundle.path / "data/arrivals").exists()


def test_words_that_hold_a_pseudonym_are_refused():
    told = Reported(taken_in(World(), structs.replace(STATEMENT, text="You called me PLOVER.")))
    with pytest.raises(NotPermittedError, match="names a person in its words"):
        submissions(told.record(), told.select(), [told.submission.encode()])


def test_a_report_that_is_not_held_any_more_is_refused(reported):
    other = taken_in(World(), start=1 << 21)
    broken = reported.submission.encode()[:-1]
    with pytest.raises(RefusedError, match="not held here"):
        submissions(reported.record(), reported.select(), [b"x", broken, other.encode()])


def test_of_two_devices_submissions_the_earlier_leaf_counts(reported):
    first = reported.submission
    later = replace(first, arrival=structs.replace(first.arrival, leaf_index=10**6))
    for both in ((first, later), (later, first)):
        held = submissions(reported.record(), reported.select(), [one.encode() for one in both])
        assert held[reported.source].arrival.leaf_index == first.arrival.leaf_index


def test_a_leaf_or_statement_that_does_not_hold_never_leaves(world, tmp_path):
    one = Reported(taken_in(world))
    selection = one.select("c-rep")
    evidence = world.evidence(selection, reports={one.source: one.submission})
    other = taken_in(world, start=1 << 21)
    path = evidence.arrivals[one.source].path
    for wrong in (Arrived(other, path), Arrived(one.submission, path[1:])):
        spoiled = replace(evidence, arrivals={one.source: wrong})
        with pytest.raises(ForgedError):
            build(selection, spoiled, world.exporter, [], tmp_path / "b", unheard, clock=clock)
    assert list(tmp_path.iterdir()) == []


def test_from_the_reporters_words_to_the_inquirys_verdict(tmp_path):
    """Taken in over a real relay, recorded, consented to; no function between is left out."""
    with team(tmp_path, Hands(NOW), 1) as made:
        (desk,) = made.desks
        made.reporter().send(SAID)
        take_in(desk)
        event = Event(id="purge", name="An invented purge", kind="purge")
        desk.append(desk.ledger.new_record("casework"), event)
        (row,) = desk.casework().inbox()
        thread, newest = row.thread, desk.casework().thread(row.thread).newest
        open_case(desk, thread, "BK-204")
        told = {"property": "account", "value": "held for eight days", "could_identify": "none"}
        said = Said(event="purge", **told)
        name = record_claim(desk, thread, Words(newest, "They took my phone"), said)
        inquiry = record_recipient(desk, "Example commission of inquiry")
        request = Request("inquiry", inquiry, (name, source_id(newest)))
        log = LogParty(origin=made.log.name, key=made.log.ed25519)
        trusted = {"witnesses": (), "threshold": 0, "stamp_roots": ()}
        policy = Policy(root_hash=desk.ledger.root_hash, log=log, **trusted)

        def exported(out):
            given = {"ledger": desk.ledger, "courier": desk.courier, "stampers": ()}
            read = to_read(desk.record(), request, desk.ledger).read
            given |= {"policy": policy, "read": read, "witnesses": (), "clock": desk.clock}
            return export(desk.record(), request, out, **given)

        record_consent(desk, thread, terms(desk, inquiry, name))
        with pytest.raises(NotPermittedError, match="no consent to this item"):
            exported(tmp_path / "b")
        assert not (tmp_path / "b").exists()
        record_consent(desk, thread, terms(desk, inquiry, name, source_id(newest)))
        bundle = exported(tmp_path / "b")
    (tmp_path / "policy").write_bytes(encode_policy(policy))
    files = open_bundle(bundle.path)
    told = check_files(files, read_policy(tmp_path / "policy"), NOW, OpenSSL())
    assert told.verdict == "valid", told.wrong
    assert any("statements in full: 1" in line for line in told.checked)
    folder = f"data/arrivals/{bundle.names[source_id(newest)]}"
    assert decode(files[f"{folder}/statement.json"], Statement).text == SAID


def terms(desk, recipient, *items):
    return Terms(
        purpose="inquiry",
        recipient=recipient,
        onward=(),
        items=items,
        risks_explained="Who sits there, and that nothing can be called back.",
        explained_by="Linden",
        explained_in="en",
        expires_on=Day(desk.today + 100),
        forget_after_days=30,
    )
