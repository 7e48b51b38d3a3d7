"""A claim's texts written anew, so that somebody of whom it tells can't be told by them.

Upholds: a masking lies where its claim lies, and is forgotten with it; it can be taken back.
Refuses, with every reason (``record.masks``), what would let nothing leave, or too much.
"""

from collections.abc import Mapping, Sequence

from asylia.casework.place import Place
from asylia.casework.public import draw_id
from asylia.errors import RefusedError, UsageError
from asylia.record import masks
from asylia.record.check import check
from asylia.record.contents import Claim, Masking


class NotMaskedError(RefusedError):
    """What was written masks nobody; ``reasons`` lists why."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(
            f"This masks nobody: {'; '.join(reasons)}.",
            hint="Nothing was saved. Write each text so that nobody masked can be told by it.",
        )
        self.reasons = reasons


def mask(
    place: Place, claim_id: str, persons: Sequence[str], fields: Mapping[str, str], author: str
) -> str:
    """Enter a masking; returns its id.  ``fields``: each text that can describe somebody, anew."""
    record = place.record()
    claim = record.get(claim_id, Claim)
    if claim.id in record.taken_back:
        raise UsageError("This claim was taken back and leaves with nobody.")
    masking = Masking(
        id=draw_id(place),
        claim=claim.id,
        persons=tuple(dict.fromkeys(persons)),
        fields={name: text.strip() for name, text in fields.items()},
        author=author,
    )
    check(masking, record.words)
    if reasons := tuple(masks.lacks(record, masking)):
        raise NotMaskedError(reasons)
    where = record.entry(claim.id).record
    place.append(where or place.ledger.new_record(place.ledger.home()), masking)
    return masking.id
