"""The small forms that contents are made of: ids, lines, texts, EDTF dates.

Upholds: one grammar for ids, a limit on everything.  The limits hold when a content is decoded
(msgspec checks them then); a content built in Python is checked by ``record.check``.
"""

from typing import Annotated, Literal

from msgspec import Meta

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"

Id = Annotated[str, Meta(pattern=ID_PATTERN)]
MaybeId = Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?\Z")]
Term = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]
MaybeTerm = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,63})?\Z")]
Line = Annotated[str, Meta(max_length=500)]
SomeLine = Annotated[str, Meta(min_length=1, max_length=500)]
Text = Annotated[str, Meta(max_length=20_000)]
SomeText = Annotated[str, Meta(min_length=1, max_length=20_000)]
Edtf = Annotated[str, Meta(max_length=64)]
Sha256 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Natural = Annotated[int, Meta(ge=0, le=10_000_000_000)]
Ids = Annotated[tuple[Id, ...], Meta(max_length=1000)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=1000)]

Complete = Literal["yes", "no", "not_stated"]
Relation = Literal["same", "distinct", "part", "not_known"]
Verdict = Literal["same", "distinct", "not_known"]
Others = Literal["", "none", "named"]  # empty: nobody has looked
NOT_STATED = "not_stated"
UNKNOWN = "unknown"  # the lineage of a claim whose tellers are all unnamed
