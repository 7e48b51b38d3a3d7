"""The statement: a reporter's words, and nothing that names who or where they are.

Upholds: its file key can be opened to an inquiry alone, without opening the control beside it;
``spec/envelope.md``.  Refuses: ids, keys and contacts, which are the control's.
"""

from typing import Annotated, ClassVar

import msgspec

from asylia.crypto import age
from asylia.crypto.padding import unpad
from asylia.envelope.sealing import check_binary
from asylia.envelope.shapes import Language
from asylia.wire import Message, Part, decode


class Answer(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question of the page's, as it was asked, and what was answered."""

    question: Annotated[str, msgspec.Meta(max_length=200)]
    text: Annotated[str, msgspec.Meta(max_length=10_000)]


class Statement(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the reporter says, in their words."""

    LABEL: ClassVar[str] = "asylia/statement/1"
    language: Language
    text: Annotated[str, msgspec.Meta(max_length=100_000)]
    answers: Annotated[tuple[Answer, ...], msgspec.Meta(max_length=16)] = ()


def open_statement(untrusted_age: bytes, file_key: bytes) -> Statement:
    """The statement by its 16-byte file key alone, as one to whom it is disclosed opens it.

    Raises ``MalformedError`` or ``ForgedError``.
    """
    check_binary(untrusted_age)
    return decode(unpad(age.decrypt_with_file_key(untrusted_age, file_key)), Statement)
