"""The Envelope: what a reporter sends to a team, ``spec/envelope.md``.

Upholds: control and statement are sealed apart; the thread key signs for one team and one intake
key; what does not open is answered alike.  Refuses: telling which check failed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from asylia.crypto import age, random
from asylia.envelope.bundle import IntakeBundle
from asylia.envelope.control import Attachment, Control, Kind, OnBehalf, SafeContact, Urgency
from asylia.envelope.sealing import open_padded, seal_padded
from asylia.envelope.shapes import encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.envelope.statement import Statement, open_statement
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.values import Hash
from asylia.wire import decode, frame, unframe

LABEL = "asylia/envelope/1"
LIMIT = 1 << 20
_USE = "asylia/envelope/1 control"
_ARRIVAL = "asylia/envelope/1 arrival"
_NONCE = 16


@dataclass(frozen=True)
class Letter:
    """What a reporter filled in; what is left out is as before, or not said."""

    kind: Kind
    statement: Statement
    safe_contact: SafeContact | None = None
    urgency: Urgency = "as_before"
    on_behalf: OnBehalf = "not_said"
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class OpenedEnvelope:
    """An envelope whose every check held.

    ``recipient`` says which intake key opened it, and so which compartment it is for;
    ``statement_file_key`` (16 bytes) opens ``statement_age`` and nothing else;
    ``control_sha256`` is the hash of the control age file, which is not kept.
    """

    control: Control
    statement: Statement
    recipient: age.Recipient
    envelope_sha256: Hash
    control_sha256: Hash
    statement_age: bytes = field(repr=False)
    statement_file_key: bytes = field(repr=False)

    @property
    def arrival_digest(self) -> Hash:
        """What the log is to commit to before any of this is shown."""
        return arrival_digest(self.control_sha256, self.control.statement_sha256)


def seal_envelope(
    letter: Letter,
    keys: ThreadKeys,
    bundle: IntakeBundle,
    compartment_id: str,
    *,
    randomness: random.Randomness = random.system,
) -> bytes:
    """The envelope to one compartment of a verified bundle; ``MalformedError`` if over a limit."""
    recipient = bundle.compartment(compartment_id).recipient
    statement = encode_checked(letter.statement)
    statement_age = seal_padded(statement, recipient, randomness=randomness)
    control = encode_checked(
        Control(
            attachments=letter.attachments,
            compartment=compartment_id,
            drop_secret=keys.drop_secret,
            epoch=bundle.epoch,
            kind=letter.kind,
            language=letter.statement.language,
            nonce=randomness(_NONCE),
            on_behalf=letter.on_behalf,
            recipient=str(keys.identity.recipient),
            safe_contact=letter.safe_contact,
            statement_sha256=sha256(statement_age).digest(),
            thread=keys.thread,
            thread_key=keys.signing.public,
            urgency=letter.urgency,
        )
    )
    signatures = keys.signing.sign(_USE, bundle.root_hash, str(recipient).encode(), control)
    signed = SignedBytes(control, signatures).encode()
    envelope = frame(LABEL, seal_padded(signed, recipient, randomness=randomness), statement_age)
    if len(envelope) > LIMIT:
        raise MalformedError("this is too long for one message", hint="Send it in two parts.")
    return envelope


def open_envelope(
    untrusted: bytes, identities: Sequence[age.Identity], root_hash: Hash
) -> OpenedEnvelope:
    """Open with the intake identity that fits; raise ``ForgedError``, the same for every cause."""
    try:
        return _open(untrusted, identities, root_hash)
    except AsyliaError:
        raise ForgedError(
            "an envelope does not open",
            hint="It is damaged, false, or sealed to a key that is no longer held.",
        ) from None


def arrival_digest(control_sha256: bytes, statement_sha256: bytes) -> Hash:
    """What stands for an envelope in the log: from the SHA-256 of each of its two age files.

    Of two hashes, so that the statement can be shown later without the control beside it.
    """
    return Hash(sha256(frame(_ARRIVAL, control_sha256, statement_sha256)).digest())


def _open(untrusted: bytes, identities: Sequence[age.Identity], root_hash: Hash) -> OpenedEnvelope:
    control_age, statement_age = unframe(untrusted, LABEL, 2, limit=LIMIT)
    identity, content = _first_that_opens(control_age, identities)
    signed = SignedBytes.parse(content)
    control = decode(signed.body, Control)
    _check_control(control)
    recipient = str(identity.recipient).encode()
    control.thread_key.verify(_USE, root_hash, recipient, signed.body, signatures=signed.signatures)
    if sha256(statement_age).digest() != control.statement_sha256:
        raise ForgedError("the statement is not the one that was signed for")
    key = age.file_key(statement_age, [identity])
    return OpenedEnvelope(
        control=control,
        statement=open_statement(statement_age, key),
        recipient=identity.recipient,
        envelope_sha256=Hash(sha256(untrusted).digest()),
        control_sha256=Hash(sha256(control_age).digest()),
        statement_age=statement_age,
        statement_file_key=key,
    )


def _first_that_opens(
    control_age: bytes, identities: Sequence[age.Identity]
) -> tuple[age.Identity, bytes]:
    for identity in identities:
        try:
            return identity, open_padded(control_age, identity)
        except ForgedError:
            continue
    raise ForgedError("no intake identity opens this envelope")


def _check_control(control: Control) -> None:
    age.Recipient.parse(control.recipient)
    if control.thread_key.ml_dsa_44 is not None:
        raise MalformedError("a thread key is Ed25519 alone")
    for attachment in control.attachments:
        if len(set(attachment.pieces)) != len(attachment.pieces):
            raise MalformedError("an attachment names a piece twice")
