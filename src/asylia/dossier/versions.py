"""Which version of which item the log holds, under which seeds, and who was given which.

Upholds: each version is logged as four leaves with independent seeds; a leaf that one recipient was
given is never given to another, so recipients can't join their bundles by it.  Leaves go out in
batches of one size, filled up with cover leaves, in order of their bytes: neither number nor
neighbourhood tells which belong together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, ClassVar

import msgspec

from asylia.crypto import random
from asylia.record.forms import Id
from asylia.tlog.fields import SEED, Bytes32, commitment_salt, tree
from asylia.tlog.leaf import cover_leaf, version_commitment
from asylia.wire import Message, Part, decode, encode, frame

LEAVES = 4
BATCH = 64
Fields = Mapping[str, str]
PostLeaves = Callable[[Sequence[bytes]], int]


class VersionLeaf(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the four: the seed of its tree, and its place in the log."""

    index: Annotated[int, msgspec.Meta(ge=0)]
    seed: Bytes32


class Version(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version of an item that is in the log; goes into the item's own ledger record."""

    LABEL: ClassVar[str] = "asylia/version/1"
    item: Id
    leaves: Annotated[tuple[VersionLeaf, ...], msgspec.Meta(min_length=LEAVES, max_length=LEAVES)]
    version: Bytes32


class VersionUse(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The leaf at this place in the log is this recipient's from now on."""

    LABEL: ClassVar[str] = "asylia/version-use/1"
    index: Annotated[int, msgspec.Meta(ge=0)]
    item: Id
    recipient: Id


def version_hash(fields: Fields) -> bytes:
    """The name of a version: 32 bytes over its fields in order of their names."""
    parts = (part.encode() for name in sorted(fields) for part in (name, fields[name]))
    return sha256(frame("asylia/version/1 fields", *parts)).digest()


@dataclass(frozen=True)
class Versions:
    """What the ledger's contents say of versions, in order of entry."""

    logged: tuple[Version, ...] = ()
    uses: tuple[VersionUse, ...] = ()

    @classmethod
    def of(cls, untrusted_contents: Iterable[bytes]) -> "Versions":
        """Read contents; other labels are skipped, ``MalformedError`` for broken ones."""
        logged, uses = [], []
        for content in untrusted_contents:
            label = content.partition(b"\n")[0]
            if label == Version.LABEL.encode():
                logged.append(decode(content, Version))
            elif label == VersionUse.LABEL.encode():
                uses.append(decode(content, VersionUse))
        return cls(tuple(logged), tuple(uses))

    def leaf_for(self, item: str, fields: Fields, recipient: str) -> VersionLeaf | None:
        """The leaf that is this recipient's, else one that is nobody's; None if there is none.

        A leaf that two devices gave to two recipients at once is nobody's any more.  The answer is
        the same on every device, in whatever order the entries came.
        """
        wanted = version_hash(fields)
        leaves = [
            leaf
            for version in self.logged
            if (version.item, version.version) == (item, wanted)
            for leaf in version.leaves
        ]
        leaves.sort(key=lambda leaf: leaf.index)
        owners: dict[int, set[str]] = {}
        for use in self.uses:
            owners.setdefault(use.index, set()).add(use.recipient)
        own = [leaf for leaf in leaves if owners.get(leaf.index) == {recipient}]
        free = [leaf for leaf in leaves if leaf.index not in owners]
        return next(iter(own + free), None)

    def with_uses(self, uses: Iterable[VersionUse]) -> "Versions":
        """The same after these entries."""
        return Versions(self.logged, (*self.uses, *uses))


def log_versions(
    items: Mapping[str, Fields],
    post: PostLeaves,
    *,
    randomness: random.Randomness = random.system,
) -> tuple[Version, ...]:
    """Put these items' versions into the log; what comes back belongs into the ledger.

    ``post`` sends leaf data and answers with the index of the first.  Leaves that were sent, and
    whose versions were then not entered (a crash between), are like cover leaves.
    """
    versions: list[Version] = []
    waiting = list(items.items())
    while waiting:
        now, waiting = waiting[: BATCH // LEAVES], waiting[BATCH // LEAVES :]
        versions += _log_batch(dict(now), post, randomness)
    return tuple(versions)


def _log_batch(
    items: Mapping[str, Fields], post: PostLeaves, randomness: random.Randomness
) -> list[Version]:
    seeds = {item: [randomness(SEED) for _ in range(LEAVES)] for item in items}
    committed = {
        seed: version_commitment(commitment_salt(seed), tree(seed, items[item]).root)
        for item, drawn in seeds.items()
        for seed in drawn
    }
    covers = [cover_leaf(randomness) for _ in range(BATCH - len(committed))]
    batch = sorted([*committed.values(), *covers])
    first = post(batch)
    places = {leaf: first + place for place, leaf in enumerate(batch)}
    return [
        Version(
            item=item,
            version=version_hash(items[item]),
            leaves=tuple(
                VersionLeaf(index=places[committed[seed]], seed=seed) for seed in seeds[item]
            ),
        )
        for item in items
    ]


def uses_for(
    versions: Versions, items: Mapping[str, Fields], recipient: str
) -> tuple[tuple[VersionUse, ...], tuple[str, ...]]:
    """Uses to enter before a bundle is built for this recipient, and items to be logged first."""
    uses, missing = [], []
    taken = {use.index for use in versions.uses}
    for item, fields in items.items():
        leaf = versions.leaf_for(item, fields, recipient)
        if leaf is None:
            missing.append(item)
        elif leaf.index not in taken:
            uses.append(VersionUse(index=leaf.index, item=item, recipient=recipient))
    return tuple(uses), tuple(missing)


def encoded(contents: Iterable[Version | VersionUse]) -> tuple[bytes, ...]:
    """Contents as the ledger takes them."""
    return tuple(encode(content) for content in contents)
