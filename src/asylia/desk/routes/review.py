"""Linkage review: one pair at a time, side by side, by keyboard; what is decided goes on as ids.

Upholds: a pair is entered as opened before it is shown; only an identity member's desk shows any;
the table stays in memory, and no page waits while it is weighed; a vote can be undone, and both
votes are kept.  Refuses: a list of names.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.responses import Response

from asylia.casework.passing import due, pass_on
from asylia.casework.review import Opened, Pair
from asylia.desk.screen import Visit, screen
from asylia.desk.waterfall import waterfall
from asylia.errors import ConflictError, NotFoundError, UnavailableError, UsageError
from asylia.record.forms import Verdict

if TYPE_CHECKING:
    from asylia.desk.reviewing import Reviewing

WHERE = "/review"
_VERDICTS: dict[str, Verdict] = {
    "same": "same", "distinct": "distinct", "not_known": "not_known",
}  # fmt: skip
_LOGGED = 30


def show(visit: Visit) -> Response:
    """The table in hand, how far it is, what is apart, what would go on, what was opened."""
    work = visit.workspace
    work.reviews.check_member()
    if work.weighing is not None and work.weighing.runs:
        return visit.page("review_weighing.html", held=work.weighing)
    if work.weighing is not None:  # what stopped it is told once, and another can be begun
        done, work.weighing = work.weighing, None
        work.reviewing = done.taken(work.reviews)
    held = work.reviewing
    if held is None:
        names = sorted(set(work.reviews.names().values()))
        return visit.page("review_new.html", names=names, refused=None)
    known = held.standings()
    states = [one.state for one in known.values()]
    people = work.reviews.people()
    log = [one for one in reversed(held.noted()) if isinstance(one.content, Opened)]
    return visit.page(
        "review.html",
        held=held,
        waiting=sum(1 for _ in held.queue()),
        counts={state: states.count(state) for state in ("once", "agreed", "apart", "settled")},
        apart=[
            (one, one.may_adjudicate(held.me, people))
            for one in known.values()
            if one.state == "apart" and (held.me in one.votes or len(one.votes) > 1)
        ],
        settled=[one for one in known.values() if one.state == "settled"],
        changes=due(work.record, known, held.plausible()),
        trained=held.trained(known),
        log=log[:_LOGGED],
        opened=len(log),
    )


def begin(visit: Visit) -> Response:
    """Take a table into memory, and have its pairs weighed beside the desk."""
    work, form = visit.workspace, visit.form
    work.reviews.check_member()
    if find_spec("splink") is None or find_spec("numba") is None:
        raise UnavailableError(
            "Linkage needs packages that are not installed.",
            hint="Install them with the extra `counting`: pip install 'asylia[counting]'.",
        )
    from asylia.desk.review_table import table_of  # noqa: PLC0415 - needs the extra `counting`
    from asylia.desk.weighing import Weighing  # noqa: PLC0415

    if work.weighing is not None:
        raise ConflictError("A table is being weighed.", hint="Wait until it is, or let go of it.")
    name = form.text("name") or form.text("known")
    if not name or visit.upload is None:
        raise UsageError("Give the table a name, and choose its file.", hint="Nothing was kept.")
    records, left_out = table_of(bytes(visit.upload.content))
    work.reviewing = None
    work.weighing = Weighing(name, work.own_name(), left_out, records)
    work.weighing.begin()
    return visit.go(WHERE)


def watch(visit: Visit) -> Response:
    """Whether it is weighed; once it is, the whole page is asked for."""
    held = visit.workspace.weighing
    if held is not None and held.runs:
        return visit.part("_weighing.html", held=held)
    answer = visit.part("_weighing.html", held=None)
    answer.headers["HX-Redirect"] = WHERE
    return answer


def drop(visit: Visit) -> Response:
    """Let go of the table; the votes stay in the ledger."""
    work = visit.workspace
    if work.weighing is not None:
        work.weighing.close()
    work.weighing, work.reviewing = None, None
    return visit.go(WHERE, visit.translate("The table is gone from memory; the votes are kept."))


def onward(visit: Visit) -> Response:
    """Open the next pair."""
    held = _held(visit)
    if held.open_next():
        return visit.go(_here(visit, held))
    return visit.go(WHERE, visit.translate("No pair waits for you."))


def reopen(visit: Visit) -> Response:
    """Open one pair again: to settle it, or to look at it once more."""
    held = _held(visit)
    held.open(_pair(visit), "settle")
    return visit.go(_here(visit, held))


def pair(visit: Visit) -> Response:
    """The open pair; any other is not shown."""
    held, asked = _held(visit), _pair(visit)
    if held.opened != asked:
        return visit.go(WHERE, visit.translate("That pair is closed; open the next one."))
    known = held.standings()
    one = known.get(asked)
    at = held.weighed.at.get(asked)
    trained = held.trained(known)
    sides = [held.side(key) for key in asked]
    return visit.page(
        "review_pair.html",
        held=held,
        pair=asked,
        address=visit.path["pair"],
        fields=[(kind, sides[0][kind], sides[1].get(kind, "")) for kind in sides[0]],
        drawn=None if at is None else waterfall(held.weighed.waterfall(at, trained)),
        standing=one if one is not None and one.state in ("agreed", "apart", "settled") else None,
        settles=one is not None and one.may_adjudicate(held.me, visit.workspace.reviews.people()),
        given=sum(1 for s in known.values() if held.me in s.votes),
    )


def vote(visit: Visit) -> Response:
    """Take this reviewer's vote, and open the next pair."""
    held = _held(visit)
    if not visit.is_repeated:
        held.vote(_pair(visit), _verdict(visit))
    return onward(visit)


def settle(visit: Visit) -> Response:
    """Take an adjudication, with its reason."""
    held = _held(visit)
    if not visit.is_repeated:
        reason = visit.form.needed("reason", "A judgement needs its reason.")
        held.adjudicate(_pair(visit), _verdict(visit), reason)
    held.opened = None
    return visit.go(WHERE, visit.translate("Settled. It can be undone."))


def unsettle(visit: Visit) -> Response:
    """Undo an adjudication."""
    if not visit.is_repeated:
        _held(visit).unsettle(_pair(visit))
    return visit.go(WHERE, visit.translate("Taken back. It stays readable, with the reason."))


def undo(visit: Visit) -> Response:
    """Take back the last vote, and open its pair again."""
    held = _held(visit)
    found = None if visit.is_repeated else held.undo()
    if found is None:
        return visit.go(WHERE, visit.translate("There is no vote of yours to take back."))
    held.open(found, "undo")
    return visit.go(_here(visit, held), visit.translate("The vote was taken back: vote anew."))


def close(visit: Visit) -> Response:
    """Take the pair off the screen."""
    _held(visit).opened = None
    return visit.go(WHERE)


def passing(visit: Visit) -> Response:
    """Pass on what is decided: pairs of pseudonyms, as judgements that can be undone."""
    work, held = visit.workspace, _held(visit)
    if visit.is_repeated:
        return visit.go(WHERE)
    changes = due(work.record, held.standings(), held.plausible())
    done = pass_on(work.place, work.reviews, held.record, changes)
    text = visit.plural("%(num)s pair was passed on.", "%(num)s pairs were passed on.", done)
    return visit.go(WHERE, text)


def _held(visit: Visit) -> "Reviewing":
    visit.workspace.reviews.check_member()
    held = visit.workspace.reviewing
    if held is None:
        raise NotFoundError("No table is in hand.", hint="Choose its file first.")
    return held


def _pair(visit: Visit) -> Pair:
    one, _, other = visit.workspace.handles.find_text(visit.path["pair"]).partition("\n")
    return (one, other)


def _here(visit: Visit, held: "Reviewing") -> str:
    return f"{WHERE}/pair/{visit.workspace.handles.of(chr(10).join(held.opened or ()))}"


def _verdict(visit: Visit) -> Verdict:
    verdict = _VERDICTS.get(visit.form.text("verdict"))
    if verdict is None:
        raise UsageError("Say how they lie to each other.", hint="Nothing was saved.")
    return verdict


_POSTS = {
    "begin": begin, "drop": drop, "next": onward, "undo": undo, "close": close, "pass": passing,
}  # fmt: skip
ROUTES = [
    screen(WHERE, get=show),
    screen(f"{WHERE}/watch", get=watch, touches=False),
    *(screen(f"{WHERE}/{name}", post=what) for name, what in _POSTS.items()),
    screen(f"{WHERE}/pair/{{pair}}", get=pair, post=vote),
    screen(f"{WHERE}/pair/{{pair}}/open", post=reopen),
    screen(f"{WHERE}/pair/{{pair}}/settle", post=settle),
    screen(f"{WHERE}/pair/{{pair}}/unsettle", post=unsettle),
]
