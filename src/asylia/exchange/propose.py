"""The mapping assistant: from the header of a table, a mapping for a person to edit.

Upholds: it proposes and decides nothing: what it does not know it says to drop, and the person sees
it; what no import keeps is named in a comment and can't be mapped.  Refuses nothing.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
import yaml

from asylia.exchange.mapping import DROP
from asylia.exchange.report import shown
from asylia.record.yamlfile import read

_FILE = Path(__file__).parent / "known_columns.yaml"
_SHORTEST = 4  # of a known name that is looked for within a longer one
ONE_ONLY = frozenset({"row", "facts", "said_on", "place", "language", "locator", "perpetrator"})
_HEAD = """\
# How this table becomes claims. Read every line, mend what is wrong, then:
#   asylia record import FILE --format {form} --mapping THIS --case CASE --dry-run
# What each field means stands in spec/exchange.md, "Mappings".

# What lies before us: this table itself.
source:
  id: table-1                # an id of your own
  kind: compilation          # or interview, publication, …: a term of source_kinds
  title: Name of the table
  language: en
  said_on: "2017"            # when it was said or published: a date in EDTF
  # address: https://…       # where it was published. Without it, in a vault, it is the team's own:
  #                          # nothing that it says leaves without consent.

# What the rows are told about: an event of the case, or a new one. Keep one of the two.
# event: id-of-an-event
new_event:
  id: event-1
  name: Name of the event
  kind: incident
  apart: true                # stays outside the figures until it is judged in

# Who tells it, from the table back to first hand; a column mapped to `teller` takes the last place.
tellers: [{{unnamed: "the table's author"}}]

# What holds for every row, unless a column says otherwise.
each:
  certainty: reports
  # property: account        # for rows without numbers: what they say; a term of properties

# 3.4.2017 in this table is … edtf: such dates are refused; dmy: 3 April; mdy: 4 March.
dates: edtf
# How exactly the places of this table are known: settlement, district, region, country, described.
places: settlement
"""
_TERMS = """
# What a cell says -> our term, where a column is a term: perpetrator, motive, certainty, property.
# terms:
#   perpetrator: {"the cell's text": police}
"""


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[str, str], ...]:
    data = msgspec.convert(read(_FILE, lambda _key, _where: None).data["targets"],
                           dict[str, tuple[str, ...]])  # fmt: skip
    names = [(name, target) for target, names in data.items() for name in names]
    return tuple(sorted(names, key=lambda one: -len(one[0])))


def target_of(untrusted_column: str) -> str:
    """The field that a column of this name may be; empty if nothing is known."""
    if untrusted_column.strip(" .#") in ("№", "N", ""):
        return "row"
    plain = "".join(sign for sign in untrusted_column.casefold() if sign.isalnum())
    last = untrusted_column.rpartition("/")[2]
    if last and last != untrusted_column and (found := target_of(last)):
        return found
    exact = next((target for name, target in _known() if name == plain), "")
    return exact or next(
        (target for name, target in _known() if len(name) >= _SHORTEST and name in plain), ""
    )


def proposal(columns: Sequence[str], never_kept: Sequence[str], form: str) -> str:
    """The mapping as commented YAML."""
    head = _HEAD.format(form=form)
    if form == "uwazi":
        head = head.replace("dates: edtf", "dates: ymd")
    return "".join((head, *_columns(columns, never_kept), _TERMS))


def _columns(columns: Sequence[str], never_kept: Sequence[str]) -> Iterator[str]:
    yield "\n# Column -> field, or `drop`. Every column has to be named.\ncolumns:\n"
    taken: set[str] = set()
    for name in columns:
        target = target_of(name)
        note = ""
        base, _, language = name.rpartition("__")
        if base and len(language) == 2 and target_of(base) == "words":
            target = "words" if "words" not in taken else f"translation {language}"
        if not target:
            target, note = DROP, "   # nothing known by this name"
        elif target in taken and target in ONE_ONLY:
            note, target = f"   # also looks like {target}", DROP
        taken.add(target)
        yield f"  {_quoted(name)}: {target}{note}\n"
    for name in never_kept:
        yield f"  # never kept, and can't be mapped: {shown(name)}\n"


def _quoted(name: str) -> str:
    """The name as a key of YAML, always in quotes, on one line."""
    text: str = yaml.dump(name, Dumper=yaml.CSafeDumper, allow_unicode=True, width=1 << 20,
                          default_style='"')  # fmt: skip
    return text.strip()
