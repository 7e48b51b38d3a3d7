"""The team: whose devices, who is silent, what waits for a signature, who is shut out.

Every change has a page that says what it does before the button that does it; who may is for the
ledger to say.  Shutting out a lost device is one press on that page, because it is done at night.
"""

from typing import Any

from starlette.responses import Response

from asylia.desk import teamwork
from asylia.desk.screen import Visit, screen
from asylia.desk.sentences import told
from asylia.errors import NotFoundError, UnavailableError
from asylia.ledger.change import Removal, Suspension
from asylia.ledger.values import Member, Proposal, Proposed
from asylia.values import DeviceId
from asylia.vault import share


def show(visit: Visit) -> Response:
    """Devices by worker, what waits, compartments."""
    work = visit.workspace
    ledger, today = work.place.ledger, work.today
    members = ledger.members()
    return visit.page(
        "team.html",
        workers=teamwork.workers(members),
        live=sum(member.live for member in members),
        silent=lambda member: teamwork.silent_for(member, today),
        alone=teamwork.signs_alone(members),
        proposals=[(one, _words(visit, one)) for one in ledger.proposals()],
        waits=teamwork.waits(ledger.awaiting(), ledger.device),
        open_forgetting=any(not one.final for one in ledger.forgotten()),
        groups=teamwork.groups(members, ledger.compartments()),
        admin=_is_admin(members),
    )


def device(visit: Visit) -> Response:
    """One device, and how to shut it out."""
    return _device(visit, _member(visit))


def _device(visit: Visit, member: Member) -> Response:
    members = visit.workspace.place.ledger.members()
    return visit.page(
        "device.html",
        member=member,
        silent=teamwork.silent_for(member, visit.workspace.today),
        admin=_is_admin(members),
        admins=sorted({one.name for one in members if one.live and one.admin}),
        compartments=visit.workspace.place.ledger.compartments(),
    )


def suspend(visit: Visit) -> Response:
    """One admin shuts a device out; its remote share, where it has one, is stopped at once."""
    member, work = _member(visit), visit.workspace
    if visit.is_repeated:
        return visit.go("/team")
    work.place.ledger.propose([Suspension(member.device)])
    return visit.go("/team", f"{_stop_share(visit, member)} {visit.send()}")


def _stop_share(visit: Visit, member: Member) -> str:
    try:
        share.stop(visit.workspace.place.courier, member.device)
    except NotFoundError:
        return visit.translate(
            "Suspended. It has no remote share: its passphrase still opens what it holds."
        )
    except UnavailableError:
        return visit.translate("Suspended. Its remote share could not be stopped yet.")
    return visit.translate(
        "Suspended, and its remote share is stopped: once locked, it does not open again."
    )


def remove(visit: Visit) -> Response:
    """Two admins shut a device out for good; this is the first."""
    member = _member(visit)
    if visit.is_repeated:
        return visit.go("/team")
    visit.send()  # what is due goes first: an epoch in between would make the proposal stale
    return _proposed(visit, visit.workspace.place.ledger.propose([Removal(member.device)]))


def _proposed(visit: Visit, proposed: Proposed) -> Response:
    sent = visit.send()
    if proposed.posted:
        return visit.go("/team", f"{visit.translate('Signed. It holds.')} {sent}")
    asked = visit.translate("Proposed. It holds once another admin has signed.")
    return visit.go("/team", f"{asked} {sent}")


def proposal(visit: Visit) -> Response:
    """What a signature would change, once more, before it is given."""
    found = _proposal(visit)
    work = visit.workspace.casework
    rows = {row.thread: row for row in (*work.inbox(), *work.cases())} if found.forgets else {}
    cases = [row for row in rows.values() if row.record in found.forgets]
    return visit.page("proposal.html", proposal=found, words=_words(visit, found), cases=cases)


def sign(visit: Visit) -> Response:
    """Add this device's signature and send what was proposed."""
    found = _proposal(visit)
    if visit.is_repeated:
        return visit.go("/team")
    visit.workspace.place.ledger.sign(found.id)
    return visit.go("/team", f"{visit.translate('Signed. It holds.')} {visit.send()}")


def _words(visit: Visit, one: Proposal) -> tuple[str, ...]:
    labels = {c.labels["en"]: c.labels for c in visit.workspace.place.ledger.compartments()}
    pages, language = visit.desk.pages, visit.desk.language
    return tuple(told(sentence, pages, language, labels) for sentence in one.words)


def _is_admin(members: tuple[Member, ...]) -> bool:
    return any(one.own and one.live and one.admin for one in members)


def _member(visit: Visit) -> Member:
    wanted: Any = visit.workspace.handles.find(visit.path["device"])
    for member in visit.workspace.place.ledger.members():
        if member.device == DeviceId(wanted):
            return member
    raise NotFoundError("There is no such device.")


def _proposal(visit: Visit) -> Proposal:
    wanted = visit.workspace.handles.find(visit.path["proposal"])
    for one in visit.workspace.place.ledger.proposals():
        if one.id == wanted:
            return one
    raise NotFoundError(
        "There is no such proposal any more.", hint="It may have been signed by another."
    )


ROUTES = [
    screen("/team", get=show),
    screen("/team/device/{device}", get=device),
    screen("/team/device/{device}/suspend", post=suspend),
    screen("/team/device/{device}/remove", post=remove),
    screen("/team/proposal/{proposal}", get=proposal, post=sign),
]
