"""Make spec/vectors/several.json: run ``python -m tests.verify.make_several_vectors``.

Three estimates of invented tables: over linkages, over strata, and over strata one of which can
bear none; and what is wrong once one thing in them is another.  The models ran once, with all five;
the vectors are made anew from what they said only when the format changes.
"""

import json
from hashlib import sha256
from pathlib import Path

from msgspec import structs
from tests.verify.make_estimate_vectors import (
    PLOT,
    difference,
    histories,
    put,
    put_together,
    shown,
    twice,
)

from asylia.counts import linkages, strata
from asylia.dossier.estimate import About, Kept
from asylia.dossier.estimate_files import table_of
from asylia.dossier.estimate_formats import PlotFacts, SeveralFile
from asylia.dossier.several_made import keep
from asylia.wire import decode, encode

TARGET = Path(__file__).parents[2] / "spec" / "vectors" / "several.json"
HEAD = b"asylia/estimate-several/1\n"
LINKED, PARTS, APART = (f"data/several/{number}/" for number in (1, 2, 3))
LISTS = ("Heron archive", "Stork diary", "Finch list")
ROWS = ("001", "010", "011", "100", "101", "110", "111")
CAUTIOUS = (182, 240, 31, 310, 44, 66, 12)
BOLD = (161, 214, 40, 280, 55, 80, 20)
NONE = (182, 240, 0, 310, 0, 0, 0)
NORTH, SOUTH = (92, 120, 18, 160, 24, 31, 5), (61, 72, 9, 94, 13, 22, 4)
COAST = (140, 33, 12, 51, 40, 8, 3)


def table(counts):
    return histories(LISTS, {row: n for row, n in zip(ROWS, counts, strict=True) if n})


def kept(over, tables, title, counted):
    """One estimate, with one small plot that was not drawn: nothing of the format hangs on it."""
    found = over({name: table(counts) for name, counts in tables.items()})
    made = keep(found, 1, About(title, "2026-11-01", counted))
    facts = PlotFacts(name="sensitivity", sha256=sha256(PLOT).digest(), size=len(PLOT))
    said = structs.replace(decode(made.content, SeveralFile), plots=(facts,))
    return Kept(encode(said), {"sensitivity": PLOT})


def base():
    linked = {"cautious": CAUTIOUS, "bold": BOLD, "bold, “again”": BOLD, "none": NONE}
    parts = {"north": NORTH, "south": SOUTH, "Побережье": COAST}
    apart = {"north": NORTH, "islands": NONE}
    return {
        **kept(linkages.over, linked, "Persons held in Exampleville, 2031", "agreed").files(1),
        **kept(strata.over, parts, "Задержанные в Примерске, 2031", "published").files(2),
        **kept(strata.over, apart, "Held on islands too", "published").files(3),
    }


def parsed(files, folder=LINKED):
    return json.loads(files[f"{folder}several.json"].removeprefix(HEAD))


def packed(said):
    return HEAD + json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()  # fmt: skip


def edited(files, folder, edit):
    said = parsed(files, folder)
    edit(said)
    return {**files, f"{folder}several.json": packed(said)}


def whole(files, folder, edit):
    """The same, and the table beside it is made anew: whoever signs can do that too."""
    changed = edited(files, folder, edit)
    said = decode(changed[f"{folder}several.json"], SeveralFile)
    return {**changed, f"{folder}counts.csv": table_of(said)}


def more_in_a_row(said):
    """A count more, and the totals of its table with it."""
    one = said["tables"][0]
    one["patterns"][0]["count"] += 30
    one["observed"] += 30
    one["sizes"][2] += 30


def seen_too(said):
    more_in_a_row(said)
    seen = sorted(one["observed"] for one in said["tables"])
    for name in said["seen"]:
        said["seen"][name] = sum(seen)


def left_out(at):
    """A table left out, and whatever of the file follows from the tables by addition."""

    def edit(said):
        del said["tables"][at]
        each = sorted(one["observed"] for one in said["tables"])
        half = len(each) // 2
        middle = each[half] if len(each) % 2 else round((each[half - 1] + each[half]) / 2)
        seen = [sum(each)] * 3 if said["by"] == "stratum" else [each[0], middle, each[-1]]
        said["seen"] = dict(zip(("least", "middle", "most"), seen, strict=True))

    return edit


def counted_twice(said):
    said["tables"].append({**said["tables"][0], "name": "cautious again"})


def combined(name, *path, value):
    return put("models", name, *path, value=value)


def alone(at, name, *path, value):
    return put("tables", at, "answers", name, *path, value=value)


def moved(name, end, by):
    """An end of a combined interval moved, and the span with it."""

    def edit(said):
        one = next(each for each in said["models"] if each["model"] == name)
        one["interval"][end] += by
        said["span"] = {
            "low": min(each["interval"]["low"] for each in said["models"] if each["interval"]),
            "high": max(each["interval"]["high"] for each in said["models"] if each["interval"]),
        }

    return edit


def low_and_median(said):
    """A low end that may be, and a median beside it that may not."""
    moved("nhoi", "low", -558)(said)
    combined("nhoi", "median", value=1250)(said)


def refused(one):
    one.update(interval=None, median=None, refused={"helps": None, "why": {"en": "x", "ru": "х"}})


def refuses(name):
    return lambda said: refused(next(one for one in said["models"] if one["model"] == name))


def refuses_one(at, name):
    def edit(said):
        refused(next(one for one in said["tables"][at]["answers"] if one["model"] == name))

    return edit


def answers_where_none_can(said):
    said["tables"][3]["answers"][0].update(
        interval={"high": 3000, "low": 1000}, median=2000, refused=None, rhat="1"
    )


def another_order(said):
    said["tables"][1]["answers"].reverse()


def cases(files):
    """Name, files, the file that is named, a part of what is said of it; all forms of one wrong."""
    linked, parts, apart = (f"{one}several.json" for one in (LINKED, PARTS, APART))
    yield "as it is", files, "", ""
    for name, folder, edit, where, says in (
        ("a count altered", LINKED, put("tables", 0, "patterns", 0, "count", value=183), linked,
         "cautious: gives totals"),
        ("a count of a stratum altered", PARTS, put("tables", 2, "patterns", 0, "count", value=14),
         parts, "Побережье: gives totals"),
        ("a count altered, and the totals of its table", PARTS, more_in_a_row,
         f"{PARTS}counts.csv", "not the table"),
        ("another size of a list", LINKED, put("tables", 1, "sizes", 0, value=4), linked, "totals"),
        ("fewer recaptured", LINKED, put("tables", 1, "recaptured", value=4), linked, "totals"),
        ("fewer seen by some linkage", LINKED, put("seen", "least", value=800), linked,
         "do not follow from its tables"),
        ("another middle", LINKED, put("seen", "middle", value=851), linked, "do not follow"),
        ("more seen in all strata", PARTS, put("seen", "most", value=1013), parts, "do not follow"),
        ("a table named twice", LINKED, put("tables", 1, "name", value="cautious"), linked,
         "names a table twice"),
        ("a table named by what is not seen", LINKED, put("tables", 1, "name", value="b\u202e"),
         linked, "a name that none can have"),
        ("a table named like a formula", LINKED, put("tables", 1, "name", value="=1+1"), linked,
         "does not parse"),
        ("a table named twice but for a blank", LINKED, put("tables", 1, "name", value="cautious "),
         linked, "names a table twice"),
        ("a table named twice, in other forms of its letters", LINKED,
         put("tables", 1, "name", value="ｃautious"), linked, "table twice"),
        ("a table named with a filler", LINKED, put("tables", 1, "name", value="cautious\u3164"),
         linked, "a name that none can have"),
        ("a table named with another line", LINKED, put("tables", 1, "name", value="a\u2028b"),
         linked, "a name that none can have"),
        ("a table named like a formula in wide signs", LINKED,
         put("tables", 1, "name", value="＝1+1"), linked, "does not parse"),
        ("a list named twice", LINKED, put("lists", 1, value="Heron archive"), linked,
         "names a list twice"),
        ("a list named like the column of names", LINKED, put("lists", 1, value="linkage"), linked,
         "a name that none can have"),
        ("a pattern twice", PARTS, put("tables", 0, "patterns", 1, "lists", value="001"), parts,
         "north: has a pattern twice"),
        ("a pattern of other lists", PARTS, put("tables", 0, "patterns", 1, "lists", value="0010"),
         parts, "north: has a pattern twice"),
        ("Chao's median of a stratum", PARTS, alone(1, "chao", "median", value=600), parts,
         "south: Chao's lower bound is another"),
        ("Chao's high end of a linkage", LINKED, alone(0, "chao", "interval", "high", value=2900),
         linked, "cautious: Chao's lower bound is another"),
        ("Chao refused for a table that bears one", LINKED, refuses_one(0, "chao"), linked,
         "cautious: Chao's lower bound is another"),
        ("Chao's median over linkages", LINKED, combined("chao", "median", value=1500), linked,
         "over all linkages is another"),
        ("Chao's low end over linkages, by one", LINKED, moved("chao", "low", 1), linked,
         "over all linkages is another"),
        ("Chao's high end over linkages, by one", LINKED, moved("chao", "high", -1), linked,
         "over all linkages is another"),
        ("Chao's low end over strata", PARTS, moved("chao", "low", 100), parts,
         "over all strata is not where"),
        ("Chao's high end over strata", PARTS, moved("chao", "high", -150), parts,
         "over all strata is not where"),
        ("another mixture's low end below all", LINKED, moved("graphs", "low", -300), linked,
         "graphs: its interval or median over all linkages"),
        ("another mixture's high end above all", LINKED, moved("nhoi", "high", 9000), linked,
         "nhoi: its interval or median over all linkages"),
        ("another mixture's median outside all", LINKED, combined("graphs", "median", value=1474),
         linked, "graphs: its interval or median over all linkages"),
        ("another sum's low end below a stratum with what was seen in the others", PARTS,
         moved("graphs", "low", -560), parts, "graphs: its sum over all strata is below"),
        ("another sum's median below that", PARTS, low_and_median, parts,
         "nhoi: its sum over all strata is below"),
        ("tables that are alike and told apart", LINKED, alone(2, "graphs", "median", value=1500),
         linked, "bold, “again”: tables that are alike"),
        ("a number for a table that can bear none", LINKED, answers_where_none_can, linked,
         "none: gives a number for a table that can bear none"),
        ("a sum where one stratum is refused", PARTS, refuses_one(0, "graphs"), parts,
         "graphs: answers over all tables where it has to refuse"),
        ("a model that keeps back its sum", PARTS, refuses("graphs"), parts, "has to answer"),
        ("a model that keeps back its mixture", LINKED, refuses("nhoi"), linked, "has to answer"),
        ("a median outside its interval", PARTS, alone(0, "graphs", "median", value=10**6), parts,
         "north: graphs has its median outside"),
        ("fewer than were seen in a stratum", PARTS, alone(0, "nhoi", "interval", "low", value=9),
         parts, "north: nhoi says fewer"),
        ("fewer than were seen in all", PARTS, combined("nhoi", "interval", "low", value=9), parts,
         "nhoi says fewer"),
        ("nothing assumed", PARTS, combined("nhoi", "assumptions", value=[]), parts,
         "assumes nothing"),
        ("chains that disagree in one stratum", PARTS, alone(1, "lcmcr", "rhat", value="1.0101"),
         parts, "south: lcmcr answers though chains"),
        ("chains that tell no R-hat", PARTS, alone(1, "lcmcr", "rhat", value=None), parts, "R-hat"),
        ("a narrower span", LINKED, put("span", "high", value=2000), linked, "another span"),
        ("no span", PARTS, put("span", value=None), parts, "another span"),
        ("a number for strata that are refused", APART,
         put("span", value={"high": 900, "low": 450}), apart, "has to be refused"),
        ("no reason for strata that are refused", APART, put("refused", value=None), apart,
         "has to be refused"),
        ("other models for one table", LINKED, another_order, linked, "bold: other models"),
        ("a model twice", LINKED, put("models", 1, "model", value="lcmcr"), linked, "model twice"),
        ("an unknown kind of tables", LINKED, put("by", value="village"), linked, "not parse"),
        ("who is counted by the record", LINKED, put("counted", value="record"), linked,
         "does not parse"),
        ("a field more", LINKED, put("colour", value="red"), linked, "does not parse"),
        ("a plot of chains", LINKED, put("plots", 0, "name", value="trace"), linked, "not parse"),
        ("a plot twice", LINKED, twice("plots"), linked, "names a plot twice"),
    ):  # fmt: skip
        yield name, edited(files, folder, edit), where, says
    for name, folder, edit, where, says in (
        ("a stratum's count altered, and all that adds up", PARTS, seen_too, parts,
         "north: Chao's lower bound is another"),
        ("a linkage left out, and all that adds up", LINKED, left_out(0), linked,
         "lcmcr: its interval or median over all linkages"),
        ("one of two linkages that are alike left out, and all that adds up", LINKED, left_out(2),
         linked, "Chao's lower bound over all linkages is another"),
        ("a linkage twice, and all that adds up", LINKED, counted_twice, linked,
         "Chao's lower bound over all linkages is another"),
        ("a stratum left out, and all that adds up", PARTS, left_out(1), parts,
         "Chao's lower bound over all strata is not where"),
        ("a linkage left out", LINKED, lambda said: said["tables"].pop(0), linked,
         "do not follow from its tables"),
        ("a stratum left out", PARTS, lambda said: said["tables"].pop(1), parts,
         "do not follow from its tables"),
    ):  # fmt: skip
        yield name, whole(files, folder, edit), where, says
    for name in ("counts.csv", "sensitivity.svg", "several.json"):
        less = {key: one for key, one in files.items() if key != LINKED + name}
        yield f"{name} missing", less, LINKED + name, "is missing"
    counts = f"{LINKED}counts.csv"
    yield "the table altered", {
        **files, counts: files[counts].replace(b"0,0,1,182", b"0,0,1,183", 1)
    }, counts, "not the table"  # fmt: skip
    svg = f"{LINKED}sensitivity.svg"
    yield "a byte of a plot", {
        **files, svg: PLOT.replace(b'"1"', b'"2"')
    }, svg, "not the plot"  # fmt: skip
    yield "a file more", {**files, f"{LINKED}x.svg": PLOT}, f"{LINKED}x.svg", "named by no"
    yield "another format", {
        **files, linked: files[linked].replace(HEAD, b"asylia/estimate/1\n", 1)
    }, linked, "format"  # fmt: skip
    yield "numbered from 2", {
        name: one for name, one in files.items() if not name.startswith(LINKED)
    }, "data/several/", "numbered"  # fmt: skip


def main():
    files = base()
    made = [
        {"name": name, "file": file, "says": says, **difference(files, changed)}
        for name, changed, file, says in cases(files)
    ]
    vectors = {"cases": made, "files": shown(files)}
    for (_, changed, _, _), case in zip(cases(files), made, strict=True):
        assert put_together(vectors, case) == changed
    TARGET.write_text(json.dumps(vectors, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
