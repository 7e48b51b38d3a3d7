"""From a request to a bundle, over the team's ledger, by two devices."""

import pytest
from tests.dossier.world import (
    CONTENTS,
    COURT,
    INQUIRY,
    NOW,
    TODAY,
    World,
    clock,
    consent,
    service,
)
from tests.ledger.world import Line, make_world

from asylia.dossier.export import Request, export, to_read
from asylia.dossier.versions import Versions, VersionUse
from asylia.errors import ConflictError, ForgedError, RefusedError, UnavailableError
from asylia.record.contents import Claim, HandedOver, Withdrawal, decode_content
from asylia.record.reading import Entered, Record
from asylia.tlog.policy import parse_policy
from asylia.wire import encode
from asylia_verify.check import check_files
from asylia_verify.opening import open_bundle
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy

REQUEST = Request("inquiry", INQUIRY, ("c-one", "c-press"))
OTHER = Request("inquiry", "r-other", ("c-press",))


class Relay(Line):
    """The line and the log of one relay."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def post_leaves(self, leaves):
        return self.log.post(leaves)

    def get(self, path):
        return self.log.storage.fetch(path.removeprefix("/v1/log/"))


class Team:
    def __init__(self, authority):
        self.authority = authority
        self.log = World()
        self.team = make_world(2)
        self.team.clock.now = NOW
        self.relay = Relay(self.log)
        self.team.line = self.relay
        self.first, self.second = self.team.devices
        one = self.first.ledger.new_record("casework")
        for content in (*CONTENTS, consent("k-2", recipient="r-other", onward=())):
            self.first.ledger.append(one, encode(content))
        self.team.sync(2)

    def record(self, device) -> Record:
        found = (
            Entered(content, entry.entered_on, entry.author, entry.record)
            for entry in device.ledger.entries()
            if (content := decode_content(entry.content))
        )
        return Record.of(found)

    @property
    def policy(self) -> bytes:
        root_hash = self.team.founding.root_hash
        return self.log.policy(self.authority, root_hash=root_hash)

    def export(self, device, request, out, **changes):
        record = self.record(device)
        given = {
            "ledger": device.ledger,
            "courier": self.relay,
            "policy": parse_policy(self.policy),
            "read": to_read(record, request, device.ledger).read,
            "witnesses": [self.log.lines],
            "stampers": [service(self.authority)],
            "clock": clock,
        }
        return export(record, request, out, **{**given, **changes})


@pytest.fixture
def team(authority):
    return Team(authority)


def verdict(team, out, tmp_path):
    (tmp_path / "policy").write_bytes(team.policy)
    policy = read_policy(tmp_path / "policy")
    return check_files(open_bundle(out), policy, NOW, OpenSSL())


def test_each_device_exports_and_the_recipient_finds_it_valid(team, tmp_path):
    one = team.export(team.first, REQUEST, tmp_path / "one")
    two = team.export(team.second, OTHER, tmp_path / "two")
    for out in (one.path, two.path):
        said = verdict(team, out, tmp_path)
        assert said.verdict == "valid", said.wrong
    assert one.names["c-press"] != two.names["c-press"]


def test_the_same_recipient_gets_the_same_names_from_either_device(team, tmp_path):
    one = team.export(team.first, REQUEST, tmp_path / "one")
    two = team.export(team.second, REQUEST, tmp_path / "two")
    assert one.names == two.names
    size = team.log.storage.size()
    team.export(team.first, REQUEST, tmp_path / "three")
    assert team.log.storage.size() == size


def test_two_recipients_bundles_share_no_salt_and_no_hash_of_an_item(team, tmp_path):
    held = []
    for number, request in enumerate((Request("inquiry", INQUIRY, ("c-press",)), OTHER)):
        built = team.export(team.first, request, tmp_path / str(number))
        (path,) = (built.path / "data" / "items").iterdir()
        held.append({part for part in path.read_text().split('"') if len(part) == 44})
    shared = held[0] & held[1]
    leaf_paths = team.log.storage.size().bit_length()
    assert len(shared) < leaf_paths  # of the log's own tree, which everyone sees


def test_a_leaf_given_to_two_at_once_is_given_up(team, tmp_path):
    built = team.export(team.first, REQUEST, tmp_path / "one")
    versions = Versions.of(entry.content for entry in team.first.ledger.entries())
    use = next(use for use in versions.uses if use.item == "c-press")
    other = VersionUse(index=use.index, item="c-press", recipient=COURT)
    place = team.record(team.second).entry("c-press").record
    team.second.ledger.append(place, encode(other))
    team.team.sync(2)
    again = team.export(team.first, REQUEST, tmp_path / "two")
    assert again.names["c-press"] != built.names["c-press"]
    assert again.names["c-one"] == built.names["c-one"]


def test_an_unanswering_relay_leaves_nothing(team, tmp_path):
    team.relay.answers = False
    with pytest.raises(UnavailableError):
        team.export(team.first, REQUEST, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_consent_lacks_is_refused_before_anything_is_logged(team, tmp_path):
    size = team.log.storage.size()
    with pytest.raises(RefusedError, match="p-two"):
        team.export(team.first, Request("inquiry", INQUIRY, ("c-third",)), tmp_path / "b")
    assert team.log.storage.size() == size


def test_a_policy_that_the_recipient_s_checker_would_refuse_by_stops_the_export(team, tmp_path):
    size = team.log.storage.size()
    with pytest.raises(RefusedError, match="too few"):
        team.export(team.first, REQUEST, tmp_path / "b", witnesses=[])
    assert team.log.storage.size() == size
    with pytest.raises(ForgedError, match="witness"):
        team.export(team.first, REQUEST, tmp_path / "b", witnesses=[lambda _: ()])
    other = parse_policy(World(1).policy(team.authority))
    with pytest.raises(RefusedError, match="another team"):
        team.export(team.first, REQUEST, tmp_path / "b", policy=other)
    assert list(tmp_path.iterdir()) == []


def test_a_claim_from_a_file_is_not_in_the_ledger_and_is_refused(team, tmp_path):
    loose = Record.of(Entered(content, TODAY) for content in CONTENTS)
    with pytest.raises(RefusedError, match="not in the team's ledger"):
        export(
            loose,
            REQUEST,
            tmp_path / "b",
            ledger=team.first.ledger,
            courier=team.relay,
            policy=parse_policy(team.policy),
            read=to_read(loose, REQUEST, team.first.ledger).read,
            witnesses=[team.log.lines],
            stampers=[],
            clock=clock,
        )


def handed(team, device) -> list[HandedOver]:
    return list(team.record(device).all(HandedOver))


def test_what_goes_out_is_in_the_ledger_of_every_device_before_it_is_written(team, tmp_path):
    team.relay.answers = True
    built = team.export(team.first, REQUEST, tmp_path / "one")
    team.team.sync(2)
    (one,) = handed(team, team.second)
    assert (one.recipient, one.purpose, one.onward) == (INQUIRY, "inquiry", (COURT,))
    assert one.sha256 == built.statement_sha256
    assert dict(zip(one.items, one.names, strict=True)) == built.names


def test_what_can_t_be_told_to_the_team_is_not_written(team, tmp_path):
    def failing(_statement):
        team.relay.answers = False
        return b"a stamp"

    with pytest.raises(UnavailableError):
        team.export(team.first, REQUEST, tmp_path / "b", stampers=[failing])
    assert not (tmp_path / "b").exists()


def test_where_writing_fails_the_team_has_been_told_too_much_and_never_too_little(team, tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(ConflictError):
        team.export(team.first, REQUEST, tmp_path / "b")
    assert len(handed(team, team.first)) == 1


def silent(_: object):
    raise UnavailableError("a witness does not answer")


def test_a_silent_witness_is_passed_over_and_too_many_silent_ones_are_named(team, tmp_path):
    built = team.export(team.first, REQUEST, tmp_path / "a", witnesses=[silent, team.log.lines])
    assert verdict(team, built.path, tmp_path).verdict == "valid"
    with pytest.raises(UnavailableError, match="Too few witnesses answered"):
        team.export(team.first, REQUEST, tmp_path / "b", witnesses=[silent])
    assert not (tmp_path / "b").exists()


def test_nothing_is_built_but_what_was_read(team, tmp_path):
    record = team.record(team.first)
    other = to_read(record, Request("inquiry", INQUIRY, ("c-one",)), team.first.ledger).read
    size = team.log.storage.size()
    for read in (b"", other):
        with pytest.raises(RefusedError, match="not read"):
            team.export(team.first, REQUEST, tmp_path / "new" / "b", read=read)
    assert team.log.storage.size() == size
    assert list(tmp_path.iterdir()) == []  # no empty folder stays either


def test_every_text_that_leaves_is_read(team):
    record = team.record(team.first)
    shown = to_read(record, REQUEST, team.first.ledger)
    assert [one.item for one in shown.quotations] == list(REQUEST.items)
    said = shown.quotations[0]
    assert said.words == record.get("c-one", Claim).words
    assert said.others["value"] == "held for eight days"
    assert len({shown.read, to_read(record, OTHER, team.first.ledger).read}) == 2


def test_a_withdrawal_that_comes_in_while_it_is_made_stops_it(team, tmp_path):
    """The other device enters it while the stamp is waited for."""

    def withdrawing(digest):
        one = team.second.ledger.new_record("casework")
        content = Withdrawal(id="w-1", person="p-one", consents=(), on=TODAY, channel="by the line")
        team.second.ledger.append(one, encode(content))
        team.team.sync()
        return service(team.authority)(digest)

    team.team.sync(2)
    record = team.record(team.first)
    with pytest.raises(RefusedError, match="consent was withdrawn"):
        team.export(team.first, REQUEST, tmp_path / "b", stampers=[withdrawing])
    assert not (tmp_path / "b").exists()
    assert record.all(Withdrawal) == ()
    public = Request("inquiry", INQUIRY, ("c-press",))
    assert team.export(team.first, public, tmp_path / "c", stampers=[withdrawing]).names
