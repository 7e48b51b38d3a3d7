"""Source S1 of the reference case as a documenter types it: a text in our own words, and claims.

Each claim: field, what is typed there.  A field of choice takes the beginning of a label.
"""

TITLE = "Activists say Chechnya has resumed its 'purge' of gay men"
SAID_ON = "from 1 to 10 July 2017"
EVENT = "The purge of 2017"
TEXT = """\
The campaigners' statement, in our words: more than 100 men hunted down; more than 100 detained; \
more than 100 tortured by the state authorities because they were believed to be gay. \
At least 6 murdered, it says. And others returned to their families barely alive; \
captors incited relatives to kill. Two demands stand in it: a full, immediate end to the arrests; \
a full, independent, impartial inquiry.

Earlier reports told that men held in secret prisons face torture and abuse.

It adds that Merkel raised it with Putin and that Macron raised it with Putin.

Callers to the hotline say that arrests are being made again.

Elsewhere the UK government expressed concern; the US President silent in spite of calls; \
US Secretary of State Tillerson said that he had not raised it.

The text also says that "the US Congress passed a resolution last month".

According to it the places of detention were set up in February 2017.

And police found contacts of several gay men on the phone of a man stopped over an alleged drugs \
offence, it's said.

The press secretary of the head of the Republic denies the reports ("absolute lies"). \
He denies that such people exist. He adds a threat about relatives.

It was told that families killed members of their own, among them one teenager, pushed from a \
ninth-floor balcony by an uncle.

A deputy of the State Duma agrees that there are none such. His words hold a threat.

First reports gave a site in Argun and a site in Tsotsi-Yurt. Further investigations gave four \
further sites; six in all, two of them named.

Then one of the six was later destroyed and moved to a new place."""

Typed = tuple[tuple[str, str], ...]
_STATE: Typed = (
    ("perpetrator", "state"), ("perpetrator_words", "the state authorities"),
    ("motive", "believed to be g"),
)  # fmt: skip
_SELVES: Typed = (("teller", "All Out"),)


def _told(*by: str) -> Typed:
    return tuple(("teller", one) for one in (*by, "", "", "")[:3])


def _official(words: str, kind: str, by: str = "Alvi Karimov") -> Typed:
    return (
        ("words", words), ("property", "statement"), ("by", by), ("statement_kind", kind),
        *_told("The article S1", by),
    )  # fmt: skip


def _answer(words: str, kind: str, by: str, on: str = "") -> Typed:
    return (
        ("words", words), ("property", "response"), ("by", by), ("response_kind", kind),
        *((("on", on),) if on else ()), *_told("The article S1"),
    )  # fmt: skip


# In the order of the fields on the page.
CLAIMS: tuple[Typed, ...] = (
    (
        ("words", "more than 100 men … hunted down"), ("property", "hunted"),
        ("count", "more than 100"), *_STATE, *_told("All Out", "Russian LGBT Network"),
        ("new_event", EVENT), ("new_kind_event", "purge"),
    ),
    (
        ("words", "more than 100 detained"), ("property", "detained"), ("count", "more than 100"),
        *_STATE,
    ),
    (("words", "more than 100 tortured"), ("property", "tortured"), ("count", ">100"), *_STATE),
    (("words", "at least 6 murdered"), ("property", "killed"), ("count", "at least 6")),
    (("words", "others returned … alive"), ("property", "returned"), ("count", "?")),
    (
        ("words", "captors incited relatives to kill"), ("property", "relatives incited"),
        ("value", "captors incited relatives to kill those returned"),
        ("perpetrator", "captors"), ("perpetrator_words", "the captors"),
    ),
    (
        ("words", "a full, immediate end to the arrests"), ("property", "demand"),
        ("by", "All Out"),
        ("by", "Russian LGBT Network"), ("to", "leaders of the G20"),
        ("must_act", "President of Russia"),
    ),
    (
        ("words", "a full, independent, … inquiry"), ("property", "demand"), ("by", "All Out"),
        ("by", "Russian LGBT Network"), ("to", "leaders of the G20"),
        ("must_act", "President of Russia"),
    ),
    (
        ("words", "arrests are being made again"), ("property", "goes on"),
        ("value", "the event goes on"),
        *_told("All Out", "Russian LGBT Network", '"callers to the hotline"'),
    ),
    (
        ("words", "men held in … abuse"), ("property", "treatment"), ("value", "torture and abuse"),
        *_told('"earlier reports"'),
    ),
    (
        ("words", "the places of detention … 2017"), ("property", "onset"),
        ("value", "February 2017"), *_told("-"),
    ),
    (
        ("words", "police found contacts … offence"), ("property", "how victims"),
        ("value", "contacts on the phone of a man stopped over an alleged drugs offence"),
        ("perpetrator", "police"), ("perpetrator_words", "the police"), *_told('"it is said"'),
    ),
    _official("denies the reports … lies\")", "denial"),
    _official("denies that such people exist", "denial that such"),
    _official("a threat about relatives", "threat"),
    (
        ("words", "families killed … own"), ("property", "killed"), ("count", "?"),
        ("perpetrator", "relatives"), ("perpetrator_words", "their families"), *_told("-"),
        ("complete", "not stated"), ("complete_words", "among them"), ("overlaps", "at least 6"),
        ("relation", "not known"),
    ),
    (
        ("words", "one teenager … uncle"), ("property", "killed"), ("count", "1"),
        ("perpetrator", "relatives"), ("perpetrator_words", "an uncle"),
        ("part_of", "families killed"),
    ),
    _official("there are none such", "denial that such", "Magomed Selimkhanov"),
    _official("hold a threat", "threat", "Magomed Selimkhanov"),
    (
        ("words", "six in all"), ("property", "places of"), ("count", "6"), ("group", "a new"),
        ("new_group", "the six sites"), *_told('"further investigations"'),
    ),
    (
        ("words", "four further sites"), ("property", "places of"), ("count", "4"),
        ("group", "the six"), ("part_of", "six in all"),
    ),
    (
        ("words", "two of them named"), ("property", "places of"), ("count", "2"),
        ("group", "the six"), ("part_of", "six in all"),
    ),
    (
        ("words", "one of the six was later destroyed"), ("property", "status of"),
        ("value_term", "destroyed"), ("group", "the six"),
    ),
    (
        ("words", "moved to a new place"), ("property", "status of"), ("value_term", "moved"),
        ("site", "a site without"),
    ),
    (
        ("words", "a site in Argun"), ("property", "is a place"), ("new_site", "Argun"),
        ("group", "the six"), *_told('"first reports"'),
    ),
    (
        ("words", "a site in Tsotsi-Yurt"), ("property", "is a place"),
        ("new_site", "Tsotsi-Yurt"), ("group", "the six"),
    ),
    _answer("Merkel raised … Putin", "raised", "Merkel", "2 May 2017"),
    _answer("Macron raised it with Putin", "raised", "Macron", "29 May 2017"),
    _answer("the UK government expressed concern", "expressed", "Government of the United Kingdom"),
    _answer("the US President … calls", "was silent", "President of the United States"),
    _answer("US Secretary … raised it", "said that", "Tillerson"),
    _answer("the US Congress … month", "passed a", "Congress of the United States", "June 2017"),
)  # fmt: skip
# What the desk asks of names that it does not know.
ASKED = ("new_kind", "new_office")
KINDS: dict[str, tuple[str, str]] = {
    "All Out": ("non", ""),
    "Russian LGBT Network": ("non", ""),
    "The article S1": ("press", ""),
    "Alvi Karimov": ("somebody", "press secretary of the head of the Republic"),
    "Magomed Selimkhanov": ("somebody", "deputy of the State Duma"),
    "Merkel": ("somebody", "Chancellor of Germany"),
    "Macron": ("somebody", "President of France"),
    "Tillerson": ("somebody", "Secretary of State of the United States"),
    "President of the United States": ("somebody", "President of the United States"),
    "Government of the United Kingdom": ("public", ""),
    "Congress of the United States": ("public", ""),
}
