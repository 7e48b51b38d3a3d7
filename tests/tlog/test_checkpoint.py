"""Notes, checkpoints, cosignatures, policies, proofs: who must have signed, and what is refused."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import bare, merkle
from asylia.errors import ConflictError, ForgedError, MalformedError
from asylia.tlog import leaf as leaves
from asylia.tlog.checkpoint import (
    Checkpoint,
    NoteKey,
    NotePublic,
    parse_checkpoint,
    verify_log,
    with_cosignatures,
)
from asylia.tlog.keyfile import decode_key, encode_key
from asylia.tlog.log import Log
from asylia.tlog.note import parse_note, parse_signatures
from asylia.tlog.policy import (
    LogParty,
    Policy,
    WitnessParty,
    check_policy,
    encode_policy,
    parse_policy,
    verify,
)
from asylia.tlog.proof import Proof, parse_proof, verify_proof
from asylia.tlog.reader import LogReader
from asylia.tlog.witness import cosign
from tlog.memorylog import MemoryLog

LOG = NoteKey("log.example/asylia", bytes(range(32)))
WITNESSES = [NoteKey(f"witness{n}.example", bytes([n]) * 32) for n in range(3)]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def clock():
    return NOON


def grown(size=7, world=0):
    storage = MemoryLog()
    Log(LOG).append(storage, [bytes([n, world]) * 16 for n in range(size)])
    return storage


def policy(threshold=2, **changes):
    parties = tuple(WitnessParty(name=w.name, key=w.public.ed25519) for w in WITNESSES)
    log = LogParty(origin=LOG.name, key=LOG.public.ed25519)
    made = Policy(
        root_hash=bytes(32), log=log, witnesses=parties, threshold=threshold, stamp_roots=()
    )
    return msgspec.structs.replace(made, **changes)


def cosigned(note, count):
    for witness in WITNESSES[:count]:
        note = with_cosignatures(
            note, cosign(note, LOG.public, None, (), witness, clock=clock).lines
        )
    return note


def test_a_checkpoint_that_enough_witnesses_cosigned_is_verified():
    verified = verify(cosigned(grown().note, 2), policy())
    assert verified.checkpoint.size == 7
    assert verified.witnesses == ("witness0.example", "witness1.example")


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_cosignatures_are_refused_naming_how_many(count):
    with pytest.raises(ForgedError, match=f"cosigned by {count} .* asks for 2"):
        verify(cosigned(grown().note, count), policy())


def test_one_witness_does_not_count_twice():
    note = cosigned(cosigned(grown().note, 1), 1)
    with pytest.raises(ForgedError, match="cosigned by 1 "):
        verify(note, policy())


def test_a_witness_that_the_policy_does_not_name_does_not_count():
    stranger = NoteKey("witness1.example", b"s" * 32)
    note = cosigned(grown().note, 1)
    note = with_cosignatures(note, cosign(note, LOG.public, None, (), stranger, clock=clock).lines)
    with pytest.raises(ForgedError, match="cosigned by 1 "):
        verify(note, policy())


def test_a_false_line_under_a_known_key_refuses_the_whole_note():
    note = parse_note(cosigned(grown().note, 3))
    for at, line in enumerate(note.signatures):
        if len(line.signature) > 100:
            continue  # the policy names no ML-DSA-44 key, so that line counts for nothing
        changed = replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
        false = replace(
            note, signatures=(*note.signatures[:at], changed, *note.signatures[at + 1 :])
        )
        with pytest.raises(ForgedError):
            verify(false.encode(), policy(0))


def test_a_log_key_with_ml_dsa_needs_both_signatures():
    note = parse_note(grown().note)
    classical = replace(note, signatures=note.signatures[:1]).encode()
    quantum = replace(note, signatures=note.signatures[1:]).encode()
    party = LogParty(origin=LOG.name, key=LOG.public.ed25519, ml_dsa_44=LOG.public.ml_dsa_44)
    assert verify(grown().note, policy(0, log=party))
    for half in (classical, quantum):
        with pytest.raises(ForgedError):
            verify(half, policy(0, log=party))
    assert verify(classical, policy(0))


def test_the_ml_dsa_line_is_over_the_bytes_that_c2sp_lays_out():
    checkpoint, note = parse_checkpoint(grown().note)
    line = note.signatures[1]
    name = LOG.name.encode()
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + bytes(8)
    message += bytes([len(name)]) + name + bytes(8) + (7).to_bytes(8, "big") + checkpoint.root
    assert line.signature[:8] == bytes(8)  # a relay states no time
    bare.ml_dsa_44_verify(LOG.public.ml_dsa_44, message, line.signature[8:])


def test_the_cosignature_line_is_over_the_bytes_that_c2sp_lays_out():
    note = parse_note(cosigned(grown().note, 1))
    line = note.signatures[2]
    seconds = int(NOON.timestamp())
    message = f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
    assert line.signature[:8] == seconds.to_bytes(8, "big")
    bare.ed25519_verify(WITNESSES[0].public.ed25519, message, line.signature[8:])


def test_the_example_of_the_c2sp_text_parses():
    example = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
        "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJs"
        "X3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()
    checkpoint, note = parse_checkpoint(example)
    assert (checkpoint.size, len(note.signatures)) == (20852163, 2)
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147
    assert note.encode() == example


HONEST = cosigned(grown().note, 2)


@given(st.data())
def test_a_note_with_any_byte_changed_is_refused_or_says_the_same(data):
    at = data.draw(st.integers(0, len(HONEST) - 1))
    byte = data.draw(st.integers(1, 255))
    false = HONEST[:at] + bytes([HONEST[at] ^ byte]) + HONEST[at + 1 :]
    # What can change unseen is only a line that this policy does not count.
    with contextlib.suppress(MalformedError, ForgedError):
        assert verify(false, policy()).checkpoint == verify(HONEST, policy()).checkpoint


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_as_a_note_a_proof_or_a_policy_give_our_error_only(untrusted):
    for parse in (parse_note, parse_checkpoint, parse_proof, parse_policy, decode_key):
        with pytest.raises(MalformedError):
            parse(untrusted)


@pytest.mark.parametrize(
    ("change", "to"),
    [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n٧\n"),
        ("\n7\n", "\n9223372036854775808\n"),
        ("\n7\n", "\n7\nextension\n"),
        ("log.example/asylia\n7", "log example\n7"),
        ("\n\n", "\n"),
        ("— log", "- log"),
        ("=\n\n", "\n\n"),
        ("\n\n", "\n\t\n\n"),
    ],
)
def test_a_checkpoint_in_another_form_is_refused(change, to):
    text = grown().note.decode()
    assert change in text
    with pytest.raises(MalformedError):
        parse_checkpoint(text.replace(change, to, 1).encode())


def test_a_note_with_too_many_lines_or_too_long_is_refused():
    line = parse_note(HONEST).signatures[0].line()
    assert len(parse_signatures(line * 64)) == 64
    for untrusted in (line * 65, "", line[:-1], "\n"):
        with pytest.raises(MalformedError):
            parse_signatures(untrusted)
    with pytest.raises(MalformedError):
        parse_note(b"a\n\n" + b"x" * (1 << 18))


def test_a_policy_goes_both_ways_and_is_the_agreed_json():
    made = policy()
    assert parse_policy(encode_policy(made)) == made
    body = msgspec.json.decode(encode_policy(made).split(b"\n", 1)[1])
    assert set(body) == {"root_hash", "log", "witnesses", "threshold", "stamp_roots"}
    assert set(body["log"]) == {"origin", "key"}
    assert set(body["witnesses"][0]) == {"name", "key"}


def test_a_policy_that_counts_a_key_twice_or_cannot_be_met_is_refused():
    first, second, _ = policy().witnesses
    again = msgspec.structs.replace(second, key=first.key)
    renamed = msgspec.structs.replace(second, name=first.name)
    own = msgspec.structs.replace(second, key=LOG.public.ed25519)
    for witnesses, threshold in (
        ((first, again), 1),
        ((first, renamed), 1),
        ((first, own), 1),
        ((first,), 2),
    ):
        with pytest.raises(MalformedError):
            check_policy(policy(threshold, witnesses=witnesses))


def test_a_witness_cosigns_growth_and_refuses_shrinking_and_forks():
    small, large = grown(5), grown(9)
    old, _ = parse_checkpoint(small.note)
    path = LogReader(large.fetch, LOG.public).consistency(old)
    done = cosign(large.note, LOG.public, old, path, WITNESSES[0], clock=clock)
    assert done.state.size == 9
    assert cosign(large.note, LOG.public, done.state, (), WITNESSES[0], clock=clock)
    with pytest.raises(ConflictError):
        cosign(small.note, LOG.public, done.state, (), WITNESSES[0], clock=clock)
    with pytest.raises(ConflictError):
        cosign(grown(9, 1).note, LOG.public, done.state, (), WITNESSES[0], clock=clock)
    for false in ((), path[:-1], (*path, bytes(32)), (bytes(32),) * 64):
        with pytest.raises(ForgedError):
            cosign(large.note, LOG.public, old, false, WITNESSES[0], clock=clock)
    with pytest.raises(ForgedError):
        cosign(grown(12, 1).note, LOG.public, old, path, WITNESSES[0], clock=clock)


def test_a_witness_refuses_what_the_log_did_not_sign():
    forger = NoteKey(LOG.name, b"f" * 32)
    note = forger.sign(Checkpoint(LOG.name, 0, merkle.EMPTY_ROOT))
    with pytest.raises(ForgedError):
        cosign(note, LOG.public, None, (), WITNESSES[0], clock=clock)
    other = NotePublic("other.example", LOG.public.ed25519)
    with pytest.raises(ForgedError):
        verify_log(*parse_checkpoint(grown().note), other)


def test_a_proof_goes_both_ways_and_holds_for_its_leaf_only():
    storage = grown()
    proof = LogReader(storage.fetch, LOG.public).inclusion(3)
    assert parse_proof(proof.encode()) == proof
    proof = replace(proof, note=cosigned(proof.note, 2))
    assert verify_proof(proof, storage.data[3], policy()).checkpoint.size == 7
    for false in (
        replace(proof, index=4),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=(*proof.path, bytes(32))),
        replace(proof, note=cosigned(grown(7, 1).note, 2)),
    ):
        with pytest.raises(ForgedError):
            verify_proof(false, storage.data[3], policy())
    with pytest.raises(ForgedError):
        verify_proof(proof, storage.data[4], policy())


def test_a_proof_in_another_form_is_refused():
    proof = LogReader(grown().fetch, LOG.public).inclusion(3).encode().decode()
    for change, to in (("index 3", "index 03"), ("index 3", "extra YQ==\nindex 3"), ("v1", "v2")):
        with pytest.raises(MalformedError):
            parse_proof(proof.replace(change, to, 1).encode())
    assert isinstance(parse_proof(proof.encode()), Proof)


def test_a_commitment_depends_on_its_kind_its_salt_and_its_value():
    made = {
        leaves.arrival_commitment(bytes(32), bytes(32)),
        leaves.version_commitment(bytes(32), bytes(32)),
        leaves.arrival_commitment(b"s" * 32, bytes(32)),
        leaves.arrival_commitment(bytes(32), b"v" * 32),
        leaves.cover_leaf(),
        leaves.cover_leaf(),
    }
    assert len(made) == 6
    assert {len(one) for one in made} == {32}
    with pytest.raises(MalformedError):
        leaves.arrival_commitment(b"short", bytes(32))
    leaves.check_leaf(bytes(32), bytes(32))
    with pytest.raises(ForgedError):
        leaves.check_leaf(bytes(32), b"x" * 32)


def test_a_key_file_goes_both_ways_and_shows_nothing_in_its_repr():
    assert decode_key(encode_key(LOG)) == LOG
    assert "seed" not in repr(LOG)
    assert NoteKey.generate("a.example", lambda n: b"r" * n).seed == b"r" * 32
