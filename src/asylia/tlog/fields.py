"""The tree over one version of a record's item: any field provable, the others hidden.

Upholds ``spec/fields.md``: 32 salted leaves, shuffled; whoever sees one proof learns neither words,
names nor number of the other fields, and two trees over one version have nothing in common.
Refuses more than 32 fields, names and values out of form; a verifier raises.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec

from asylia.crypto import merkle
from asylia.crypto.kdf import hkdf
from asylia.errors import ForgedError, MalformedError
from asylia.wire import Part, frame

SLOTS = 32
DEPTH = 5
SEED = 32
VALUE_LIMIT = 1 << 16
NAME_BYTES = 5
_LABEL = "asylia/fields/1"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")

Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Path = Annotated[tuple[Bytes32, ...], msgspec.Meta(min_length=DEPTH, max_length=DEPTH)]


class ProvenField(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One field with its proof: slot, salt, and five siblings, lowest first."""

    name: str
    value: str
    slot: Annotated[int, msgspec.Meta(ge=0, lt=SLOTS)]
    salt: Bytes32
    path: Path


@dataclass(frozen=True)
class FieldTree:
    """The tree of one version under one seed."""

    fields: Mapping[str, str]
    salts: tuple[bytes, ...]
    slots: Mapping[str, int]
    leaves: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """What the logged leaf commits to, 32 bytes."""
        return merkle.root(self.leaves)

    def prove(self, name: str) -> ProvenField:
        """The proof of one field; ``KeyError`` when the version has no such field."""
        slot = self.slots[name]
        return ProvenField(
            name=name,
            value=self.fields[name],
            slot=slot,
            salt=self.salts[slot],
            path=merkle.inclusion_proof(self.leaves, slot),
        )


def tree(seed: bytes, fields: Mapping[str, str]) -> FieldTree:
    """Build the tree; raise ``MalformedError`` for a seed, a name or a value out of form."""
    if len(seed) != SEED:
        raise MalformedError(f"{_LABEL}: a seed has {SEED} bytes")
    if not 1 <= len(fields) <= SLOTS:
        raise MalformedError(f"{_LABEL}: a version has 1 to {SLOTS} fields")
    for name, value in fields.items():
        _check_form(name, value)
    salts = _cut(hkdf(seed, f"{_LABEL} salts", length=SLOTS * 32), 32)
    places = _cut(hkdf(seed, f"{_LABEL} places", length=SLOTS * 16), 16)
    order = sorted(range(SLOTS), key=places.__getitem__)
    slots = dict(zip(sorted(fields), order, strict=False))
    contents = {slot: (name, fields[name]) for name, slot in slots.items()}
    leaves = (_leaf(salts[slot], *contents.get(slot, ("", ""))) for slot in range(SLOTS))
    return FieldTree(dict(fields), salts, slots, tuple(leaves))


def verify(field: ProvenField, root: bytes) -> None:
    """Raise ``ForgedError`` unless this field, in these words, stands under ``root``."""
    _check_form(field.name, field.value)
    leaf = _leaf(field.salt, field.name, field.value)
    try:
        merkle.verify_inclusion(leaf, field.slot, SLOTS, field.path, root)
    except ForgedError:
        raise ForgedError(f"{_LABEL}: a field is not what was committed to") from None


def commitment_salt(seed: bytes) -> bytes:
    """The salt of the leaf that the log carries, 32 bytes."""
    return hkdf(seed, f"{_LABEL} commitment")


def name_in_bundle(seed: bytes) -> str:
    """What a recipient knows the item by, ten hex digits: another one for each recipient."""
    return hkdf(seed, f"{_LABEL} name")[:NAME_BYTES].hex()


def _check_form(name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise MalformedError(f"{_LABEL}: a field's name is not of the form that names have")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise MalformedError(f"{_LABEL}: a field's value is not text") from None
    if size > VALUE_LIMIT or "\0" in value:
        raise MalformedError(f"{_LABEL}: a field's value is too long, or holds a NUL")


def _leaf(salt: bytes, name: str, value: str) -> bytes:
    return merkle.leaf_hash(frame(f"{_LABEL} leaf", salt, name.encode(), value.encode()))


def _cut(stream: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(stream[at : at + size] for at in range(0, len(stream), size))
