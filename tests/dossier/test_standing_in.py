"""What leaves on another's word: it says so, and never calls it public or the person's own."""

from tests.record.test_proxies import ask, world

from asylia.dossier.disclosure import consent_statement
from asylia.dossier.look import look
from asylia.dossier.selection import select
from asylia.values import Day


def test_a_dossier_says_what_leaves_on_another_s_word_and_until_when() -> None:
    record = world()
    assert ask(record) == ("x1",)
    selection = select(record, "inquiry", "inquiry", ("k1",), Day(20605))
    (item,) = selection.items
    assert item.basis == "proxy"
    assert item.until is not None
    (line,) = consent_statement(selection, {"k1": "0123456789"}).items
    assert (line.basis, line.until) == ("proxy", "2026-12-31")
    assert [one.basis for one in look(selection, {}).quotations] == ["proxy"]
