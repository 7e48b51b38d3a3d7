"""What leaves on another's word: nothing, until a dossier can say so."""

import pytest
from tests.record.test_proxies import ask, world

from asylia.dossier.selection import select
from asylia.record.consent import NotPermittedError
from asylia.values import Day


def test_no_dossier_calls_public_what_another_let_leave() -> None:
    record = world()
    assert ask(record) == ("x1",)  # consent alone would let it leave
    with pytest.raises(NotPermittedError) as caught:
        select(record, "inquiry", "inquiry", ("k1",), Day(20605))
    assert any("on another's word" in why for why in caught.value.missing)
