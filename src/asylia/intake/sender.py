"""Sealing within the request: for readers whose browser runs no scripts.

Upholds: what was typed is in this process's memory while the request lasts and nowhere else; pieces
are stored before the envelope that names them.  Refuses: a key that the bundle does not hold.
"""

from io import BytesIO

from asylia.crypto import random
from asylia.envelope.attachment import seal_attachment
from asylia.envelope.bundle import IntakeBundle
from asylia.envelope.control import Attachment, Kind
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.envelope import seal_envelope
from asylia.envelope.phrase import Phrase
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import AsyliaError, MalformedError, UnavailableError
from asylia.intake.draft import letter
from asylia.intake.form import Form, Upload
from asylia.values import BlobId, Hash

_ID = 16


async def send(
    form: Form,
    kind: Kind,
    language: str,
    *,
    phrase: Phrase,
    bundle: IntakeBundle,
    courier: ReporterCourier,
    randomness: random.Randomness = random.system,
) -> None:
    """Seal what the form holds and store it durably at the relay.

    Raises ``UnavailableError`` where the relay does not take it, ``MalformedError`` on a choice
    that was not offered.
    """
    keys = ThreadKeys.derive(phrase, Hash(bundle.root_hash))
    attachments: tuple[Attachment, ...] = ()
    pieces: list[tuple[BlobId, bytes]] = []
    if form.upload is not None:
        attachments = (_seal_file(form.upload, pieces, randomness),)
    envelope = seal_envelope(
        letter(form, kind, language, attachments),
        keys,
        bundle,
        _compartment(form, bundle),
        randomness=randomness,
    )
    try:
        for piece_id, piece in pieces:
            await courier.send_piece(piece_id, piece)
        await courier.send_envelope(BlobId(randomness(_ID)), envelope)
    except AsyliaError:
        # Whatever the relay's reason, or a hostile relay's: the reporter keeps what was typed.
        raise UnavailableError("the relay did not take it") from None


def _seal_file(
    upload: Upload, pieces: list[tuple[BlobId, bytes]], randomness: random.Randomness
) -> Attachment:
    return seal_attachment(
        BytesIO(upload.content),
        len(upload.content),
        name=upload.untrusted_name,
        kind=upload.untrusted_media_type,
        send=lambda piece_id, piece: pieces.append((piece_id, piece)),
        randomness=randomness,
    )


def _compartment(form: Form, bundle: IntakeBundle) -> str:
    chosen = form.get("compartment") or bundle.compartments[0].id
    if chosen not in {each.id for each in bundle.compartments}:
        raise MalformedError("the form names a group that is not there")
    return chosen
