"""Make spec/vectors/estimate.json: run ``python -m tests.verify.make_estimate_vectors``.

Two estimates of invented tables, and what is wrong once one thing in them is another.  The models
ran once, with all five; the vectors are made anew from what they said only when the format changes.
"""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from msgspec import structs

from asylia.counts.histories import Histories
from asylia.counts.verdict import assess
from asylia.dossier.estimate import About, Kept
from asylia.dossier.estimate_formats import EstimateFile, PlotFacts
from asylia.dossier.estimate_made import keep
from asylia.wire import decode, encode

TARGET = Path(__file__).parents[2] / "spec" / "vectors" / "estimate.json"
HEAD = b"asylia/estimate/1\n"
ONE, TWO = "data/estimates/1/", "data/estimates/2/"
PLOT = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="1" height="2"/></svg>'
)
LISTS = ("Heron archive", "Stork diary", "Finch list", "Swift register")
BORNE = {
    "0001": 118, "0010": 160, "0011": 24, "0100": 210, "0101": 33, "0110": 47, "0111": 6,
    "1000": 270, "1001": 41, "1010": 60, "1011": 9, "1100": 84, "1101": 12, "1110": 18, "1111": 3,
}  # fmt: skip
APART = {"001": 20, "010": 30, "100": 40, "110": 6}


def histories(lists, counts):
    return Histories(lists, {tuple(bit == "1" for bit in row): n for row, n in counts.items()})


def kept(table, title, counted):
    """One estimate, with one small plot that was not drawn: nothing of the format hangs on it."""
    traces = []
    verdict = assess(table, keep=traces.append)
    made = keep(verdict, None, 1, About(title, "2026-11-01", counted))
    facts = PlotFacts(name="overlap", sha256=sha256(PLOT).digest(), size=len(PLOT))
    said = structs.replace(decode(made.content, EstimateFile), plots=(facts,))
    return Kept(encode(said), {"overlap": PLOT})


def base():
    borne = kept(histories(LISTS, BORNE), "Persons held in Exampleville, 2031", "agreed")
    apart = kept(histories(LISTS[:3], APART), "Задержанные в Примерске, 2031", "published")
    return {**borne.files(1), **apart.files(2)}


def parsed(files, folder=ONE):
    return json.loads(files[f"{folder}estimate.json"].removeprefix(HEAD))


def packed(said):
    return HEAD + json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()  # fmt: skip


def edited(files, folder, edit):
    said = parsed(files, folder)
    edit(said)
    return {**files, f"{folder}estimate.json": packed(said)}


def model(said, name):
    return next(one for one in said["models"] if one["model"] == name)


def with_plot(files, svg):
    def edit(said):
        said["plots"][0] |= {"sha256": b64encode(sha256(svg).digest()).decode(), "size": len(svg)}

    return {**edited(files, ONE, edit), f"{ONE}overlap.svg": svg}


def put(*path, value):
    """An edit that puts a value at a path of keys, places and models' names."""

    def edit(said):
        at = said
        for key in path[:-1]:
            at = (
                model({"models": at}, key)
                if isinstance(at, list) and isinstance(key, str)
                else at[key]
            )
        at[path[-1]] = value

    return edit


def more_in_a_row(said):
    """A count more, and every total with it: only the numbers computed from the table are left."""
    said["patterns"][0]["count"] += 30
    said["observed"] += 30
    said["sizes"][3] += 30


def matches_only(said):
    said["patterns"] = [one for one in said["patterns"] if one["lists"].count("1") > 1]
    said["observed"] = said["recaptured"]
    said["sizes"] = [
        sum(one["count"] for one in said["patterns"] if one["lists"][at] == "1")
        for at in range(len(said["sizes"]))
    ]


def twice(kind):
    return lambda said: said[kind].append(said[kind][0])


def half_refused(said):
    for name in ("lcmcr", "graphs", "loglinear"):
        model(said, name).update(
            interval=None, median=None, refused={"helps": None, "why": {"en": "x", "ru": "х"}}
        )


def apart(said):
    one = model(said, "nhoi")
    one["interval"]["high"] = said["span"]["high"] = said["span"]["low"] * 101


def answering(said):
    interval = {"high": 300, "low": 100}
    said["models"][0].update(assumptions=[{"en": "x", "ru": "х"}], interval=interval,
                             median=200, refused=None)  # fmt: skip


def cases(files):
    """Name, files, the file that is named, a part of what is said of it; all forms of one wrong."""
    file, refused = f"{ONE}estimate.json", f"{TWO}estimate.json"
    yield "as it is", files, "", ""
    edits = [
        ("a count altered", put("patterns", 0, "count", value=119), "totals"),
        ("a count altered, totals and all", more_in_a_row, "is not the table"),
        ("more observed", put("observed", value=1096), "totals"),
        ("fewer recaptured", put("recaptured", value=336), "totals"),
        ("another size of a list", put("sizes", 0, value=498), "totals"),
        ("a pattern twice", put("patterns", 1, "lists", value="0001"), "pattern twice"),
        ("a pattern of no list", put("patterns", 0, "lists", value="0000"), "pattern twice"),
        ("a pattern of other lists", put("patterns", 0, "lists", value="00010"), "pattern twice"),
        ("a list named twice", put("lists", 1, value="Heron archive"), "names a list twice"),
        ("a list named like a formula", put("lists", 1, value="=1+1"), "does not parse"),
        ("Chao's median altered", put("models", "chao", "median", value=1900), "Chao's lower"),
        ("Chao's low end altered", put("models", "chao", "interval", "low", value=1200), "Chao's"),
        ("Chao's refusal", put("models", "chao", "refused", value={"helps": None, "why": {
            "en": "x", "ru": "х"}}), "both answers and refuses"),
        ("another bound without a list",
         put("left_out", 0, "answers", 1, "interval", "high", value=9000), "left_out: Chao's"),
        ("another bound of a list", put("known", 0, "answers", 1, "interval", "high", value=9000),
         "known: Chao's"),
        ("another bound with links missed",
         put("missed", 0, "answers", 1, "interval", "high", value=9000), "missed: Chao's"),
        ("a list left out that is none", put("left_out", 0, "list", value=7), "names no list"),
        ("a median outside its interval", put("models", "lcmcr", "median", value=10**6),
         "median outside"),
        ("fewer than were seen", put("models", "graphs", "interval", "low", value=10), "fewer"),
        ("nothing assumed", put("models", "graphs", "assumptions", value=[]), "assumes nothing"),
        ("chains that disagree", put("models", "lcmcr", "rhat", value="1.0101"), "R-hat"),
        ("a narrower span", put("span", "high", value=2000), "another span"),
        ("no span", put("span", value=None), "another span"),
        ("a span where three models refuse", half_refused, "has to be refused"),
        ("a span of a hundredfold", apart, "has to be refused"),
        ("a model twice", put("models", 1, "model", value="lcmcr"), "model twice"),
        ("two models", lambda said: said["models"].__delitem__(slice(0, 3)), "does not parse"),
        ("an unknown model", put("models", 0, "model", value="guess"), "does not parse"),
        ("a field more", put("colour", value="red"), "does not parse"),
        ("a list named like a column that parts a table", put("lists", 1, value="stratum"),
         "a name that none can have"),
        ("a list named by what is not seen", put("lists", 1, value="Stork\u202e"),
         "a name that none can have"),
        ("no lower bound", lambda said: said["models"].remove(model(said, "chao")),
         "lacks Chao's lower bound"),
        ("no lower bound without a list",
         lambda said: said["left_out"][0]["answers"].__delitem__(1), "left_out: lacks Chao's"),
        ("a share of links missed twice", twice("missed"), "answers twice"),
        ("a list left out twice", twice("left_out"), "answers twice"),
        ("a list's total twice", twice("known"), "answers twice"),
        ("a model that answers twice without a list",
         lambda said: said["left_out"][0]["answers"].append(said["left_out"][0]["answers"][0]),
         "answers twice"),
        ("chains that tell no R-hat", put("models", "lcmcr", "rhat", value=None), "R-hat"),
        ("a field less", lambda said: said.pop("as_of"), "does not parse"),
        ("a fraction", put("observed", value=1095.0), "does not parse"),
        ("a count of nobody", put("patterns", 0, "count", value=0), "does not parse"),
        ("a title of two lines", put("title", value="one\ntwo"), "does not parse"),
        ("a day that is none", put("as_of", value="2026-13-01"), "does not parse"),
        ("too many patterns", put("patterns", value=[{"count": 1, "lists": "1000"}] * 2001),
         "does not parse"),
        ("25 lists", put("lists", value=[f"L{n}" for n in range(25)]), "does not parse"),
        ("a plot outside the folder", put("plots", 0, "name", value="../x"), "does not parse"),
    ]  # fmt: skip
    for name, edit, said in edits:
        where = f"{ONE}counts.csv" if said == "is not the table" else file
        yield name, edited(files, ONE, edit), where, said
    rows = edited(files, ONE, more_in_a_row)
    table = files[f"{ONE}counts.csv"].replace(b"0,0,0,1,118", b"0,0,0,1,148")
    whole = {**rows, f"{ONE}counts.csv": table}
    yield "a count altered, totals and table too", whole, file, "Chao's lower"
    kept = [row for row in files[f"{ONE}counts.csv"].splitlines(keepends=True)
            if row.count(b"1,") > 1 or row.endswith(b"count\n")]  # fmt: skip
    matched = {**edited(files, ONE, matches_only), f"{ONE}counts.csv": b"".join(kept)}
    yield "a number for a table of matches alone", matched, file, "nobody in one list only"
    yield (
        "another version",
        {**files, file: files[file].replace(b"/1\n", b"/2\n", 1)},
        file,
        "format",
    )
    spaced = files[file].replace(b'{"as_of":', b'{ "as_of":')
    yield "white space", {**files, file: spaced}, file, "one form"
    given = edited(files, TWO, answering)
    yield "a number for lists that are apart", given, refused, "can bear none"
    yield "no refusal for lists that are apart", edited(
        files, TWO, put("refused", value=None)
    ), refused, "has to be refused"  # fmt: skip
    for name in ("counts.csv", "overlap.svg", "estimate.json"):
        less = {key: one for key, one in files.items() if key != ONE + name}
        yield f"{name} missing", less, ONE + name, "is missing"
    yield (
        "the table altered",
        {**files, f"{ONE}counts.csv": table},
        f"{ONE}counts.csv",
        "not the table",
    )
    yield "a byte of a plot", {
        **files, f"{ONE}overlap.svg": PLOT.replace(b'"1"', b'"2"')
    }, f"{ONE}overlap.svg", "not the plot"  # fmt: skip
    yield "a file more", {**files, f"{ONE}trace.svg": PLOT}, f"{ONE}trace.svg", "named by no"
    yield "numbered from 3", {
        name.replace(TWO, "data/estimates/3/"): one for name, one in files.items()
    }, "data/estimates/", "numbered"  # fmt: skip
    for name, old, new in (
        ("a script", b"<rect", b"<script>alert(1)</script><rect"),
        ("a handler", b"<rect ", b'<rect onclick="alert(1)" '),
        ("a link outside", b"<rect ", b'<rect href="http://example.org/x" '),
        ("an image", b"<rect ", b'<image href="data:image/png;base64,AA" /><rect '),
        ("a style from outside", b"<rect ", b"<style>@import 'x'</style><rect "),
        ("a fill from outside", b"<rect ", b'<rect style="fill:url(http://example.org/x)" '),
        ("an entity", b"<svg ", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg '),
        ("a page inside", b"<rect ", b'<p xmlns="http://www.w3.org/1999/xhtml"/><rect '),
        ("a drawing that uses itself", b"<rect ", b'<g id="a"><use href="#a"/></g><rect '),
        ("an open end", b"</svg>", b""),
        (
            "a style from outside without url",
            b"<rect ",
            b"<rect style=\"fill:image-set('http://example.org/x' 1x)\" ",
        ),
        # Read as Shift_JIS the first bracket is half a letter: what is a comment here is a script.
        (
            "letters that are not UTF-8",
            b"<svg ",
            b'<?xml version="1.0" encoding="Shift_JIS"?><svg ',
        ),
        (
            "a script behind other letters",
            PLOT,
            (
                b'<?xml version="1.0" encoding="Shift_JIS"?>'
                + PLOT.replace(
                    b"<rect",
                    b"<title><![CDATA[\xc3\x81]]></title><!-- ]]></title><script>alert(1)</script>"
                    b"<title><![CDATA[ --><desc>]]&gt;</desc><!-- ]]></title> --><rect",
                )
            ),
        ),
        (
            "a group that is called like a shape",
            b"<rect ",
            b'<path id="a"/><g id="b"><use href="#a"/></g><path id="b"/><use href="#b"/><rect ',
        ),
        (
            "a shape that uses another",
            b"<rect ",
            b'<path id="a" d="M0 0"/><path id="b"><use href="#a"/></path><use href="#b"/><rect ',
        ),
    ):
        svg = f"{ONE}overlap.svg"
        yield (
            f"a plot with {name}",
            with_plot(files, PLOT.replace(old, new)),
            svg,
            "no plain drawing",
        )


def shown(files):
    return {name: b64encode(content).decode() for name, content in sorted(files.items())}


def difference(files, changed):
    """Files that go, and of each that is another the bytes from and to which it is, and by what."""
    other = {name: content for name, content in changed.items() if files.get(name) != content}
    cut = {name: splice(files.get(name, b""), content) for name, content in other.items()}
    return {"drop": sorted(set(files) - set(changed)), "put": cut}


def splice(old, new):
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
                 min(len(old), len(new)))  # fmt: skip
    least = min(len(old), len(new)) - start
    end = next((at for at in range(least) if old[-1 - at] != new[-1 - at]), least)
    put_in = b64encode(new[start : len(new) - end]).decode()
    return {"from": start, "to": len(old) - end, "by": put_in}


def put_together(vectors, case):
    """The files of a case."""
    files = {name: b64decode(content) for name, content in vectors["files"].items()}
    for name, cut in case["put"].items():
        old = files.get(name, b"")
        files[name] = old[: cut["from"]] + b64decode(cut["by"]) + old[cut["to"] :]
    return {name: content for name, content in files.items() if name not in case["drop"]}


def main():
    files = base()
    made = [
        {"name": name, "file": file, "says": says, **difference(files, changed)}
        for name, changed, file, says in cases(files)
    ]
    whole = {"cases": made, "files": shown(files)}
    for (_, changed, _, _), case in zip(cases(files), made, strict=True):
        assert put_together(whole, case) == changed
    TARGET.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
