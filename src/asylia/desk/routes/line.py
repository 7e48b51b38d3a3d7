"""The line: what was found wrong with it, and comparing it by voice.

Upholds: an alarm goes only when somebody says with whom it was compared, and only for what that
person saw on the page.  Taking the relay's line anew is asked twice.
"""

from hashlib import sha256

from starlette.responses import Response

from asylia.desk import comparing
from asylia.desk.screen import Visit, screen
from asylia.desk.spokenwords import in_language
from asylia.errors import ConflictError, UsageError
from asylia.ledger.values import Finding, RereadReport


def show(visit: Visit) -> Response:
    """Alarms, six words, what was settled before."""
    return _show(visit, None)


def compare(visit: Visit) -> Response:
    """The six words at the place where a colleague's desk stands."""
    theirs = visit.form.whole("theirs", "A number in the line is a whole number.")
    if theirs is None:
        raise UsageError("Write the number that your colleague reads to you.")
    return _show(visit, theirs)


def _show(visit: Visit, theirs: int | None) -> Response:
    work = visit.workspace
    ledger = work.place.ledger
    own, _ = ledger.state_words()
    count, words = ledger.state_words(theirs)
    found, stands = work.place.findings(), work.standing()
    settled = [one for one in found if one not in stands]
    kinds = {one.kind for one in stands}
    return visit.page(
        "line.html",
        alarms=comparing.by_kind(stands),
        settled=comparing.by_kind(settled),
        shown=_mark(stands),
        own=own,
        count=count,
        theirs=theirs,
        words=in_language(words, visit.desk.language),
        english=words,
        names=_others(visit),
        last=comparing.last(work.place.vault),
        parted=bool(kinds & comparing.PARTED),
    )


def settle(visit: Visit) -> Response:
    """It was compared by voice and all is well: what the page showed is settled, here alone."""
    work = visit.workspace
    stands, who = work.standing(), visit.form.text("who")
    if who not in _others(visit) and (who or _others(visit)):
        raise UsageError("Say with whom you compared.", hint="Nothing was saved.")
    if visit.form.text("shown") != _mark(stands):
        raise ConflictError(
            "Something was found since this page was shown.", hint="Look at the line again first."
        )
    count = visit.form.whole("count", "A number in the line is a whole number.") or 0
    comparing.settle(work.place.vault, stands, who, work.today, count)
    return visit.go("/line", visit.translate("Noted on this device."))


def ask_reread(visit: Visit) -> Response:
    """What taking the relay's line anew means."""
    return visit.page("reread.html")


def reread(visit: Visit) -> Response:
    """Take the relay's line as it is now, after it was restored from a copy."""
    if not visit.form.text("restored"):
        raise UsageError(
            "Take it anew only when whoever looks after the relay says that it was restored.",
            hint="Nothing was changed.",
        )
    if visit.is_repeated:
        return visit.go("/line")
    return visit.go("/line", _told(visit, visit.workspace.reread()))


def _told(visit: Visit, report: RereadReport) -> str:
    match report.outcome:
        case "same":
            return visit.translate("The relay has this device's line: nothing had to change.")
        case "stopped":
            return visit.translate(
                "The relay did not keep to what it showed. Nothing was changed: tell the other"
                " admin by voice."
            )
        case _:
            taken = visit.translate("The relay's line is taken as it is now.")
            returned = visit.plural(
                "%(num)s thing that it lacked was given back.",
                "%(num)s things that it lacked were given back.",
                report.returned,
            )
            return f"{taken} {returned}" if report.returned else taken


def _mark(findings: tuple[Finding, ...]) -> str:
    return sha256(b"".join(sorted(map(comparing.mark_of, findings)))).hexdigest()


def _others(visit: Visit) -> list[str]:
    members = visit.workspace.place.ledger.members()
    return sorted({member.name for member in members if member.live and not member.own})


ROUTES = [
    screen("/line", get=show, post=compare),
    screen("/line/settle", post=settle),
    screen("/line/reread", get=ask_reread, post=reread),
]
