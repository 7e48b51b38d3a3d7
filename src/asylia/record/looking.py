"""What came in with a file and waits for somebody to say whom its words concern.

Upholds: nothing is said for anybody; what was said of other words, or taken back, counts for
nothing.  Refuses what is no import.  No effects.
"""

from dataclasses import dataclass

from asylia.record.concerns import concerned, looked_at
from asylia.record.contents import Claim, Content, ItemLook
from asylia.record.leaning import standing
from asylia.record.reading import Record


@dataclass(frozen=True)
class Waiting:
    """Claims that stay until somebody looked at them, and items whose names do."""

    claims: tuple[Claim, ...]
    titles: tuple[Content, ...]


def waiting(record: Record, import_id: str) -> Waiting:
    """Of what stands of an import; ``NotFoundError``."""
    own = [one.content for one in standing(record, import_id)]
    return Waiting(
        tuple(one for one in own if isinstance(one, Claim) and _waits(record, one)),
        tuple(one for one in own if record.is_untitled(one)),
    )


def _waits(record: Record, claim: Claim) -> bool:
    return not looked_at(record, claim) or concerned(record, claim) is None


def said(record: Record, import_id: str) -> tuple[tuple[Content, ItemLook], ...]:
    """What was said of an import's items, in the order in which it came."""
    own = {one.content.id: one.content for one in standing(record, import_id)}
    return tuple(
        (own[look.item], look)
        for look in record.all(ItemLook)
        if look.item in own and look in record.looks_at(own[look.item])
    )
