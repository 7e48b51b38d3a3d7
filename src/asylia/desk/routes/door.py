"""In and out: the one-time link, the passphrase, the lock, the language, the relay."""

import gc

from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, RedirectResponse, Response

from asylia.desk.door import State
from asylia.desk.screen import Visit, screen
from asylia.errors import LockedError, NotFoundError, RefusedError, UnavailableError, UsageError
from asylia.languages import LANGUAGES


def enter(visit: Visit) -> Response:
    """Exchange the link for the session's cookie; the link is worth nothing after."""
    door = visit.desk.door
    cookie = door.enter(visit.path["token"])
    answer = RedirectResponse("/unlock", status_code=303)
    answer.set_cookie(door.cookie_name, cookie, path="/", httponly=True, samesite="strict")
    return answer


def home(visit: Visit) -> Response:
    """The desk begins in the inbox."""
    return visit.go("/inbox")


def ask_passphrase(visit: Visit) -> Response:
    """The unlock page."""
    if visit.desk.door.state is State.OPEN:
        return visit.go("/inbox")
    return visit.page("unlock.html", wrong="")


def unlock(visit: Visit) -> Response:
    """Open the vault; what does not open it is answered by the same page, and no more said."""
    if visit.desk.door.state is State.OPEN:
        return visit.go("/inbox")
    try:
        visit.desk.workspace = visit.desk.open_workspace(visit.form.text("passphrase"))
    except LockedError:
        wrong = visit.translate("The passphrase does not open this vault. Check the six words.")
        return visit.page("unlock.html", status=403, wrong=wrong)
    except (RefusedError, UnavailableError) as error:
        wrong = f"{visit.translate(error.message)} {visit.translate(error.hint)}"
        return visit.page("unlock.html", status=403, wrong=wrong)
    visit.desk.door.unlock()
    gc.freeze()  # what stays to the end is not gone through for cycles in the midst of a page
    return visit.go("/inbox")


def lock(visit: Visit) -> Response:
    """Close the vault, answer with the closing page, then end the process."""
    desk = visit.desk
    desk.door.lock()
    workspace, desk.workspace = desk.workspace, None
    if workspace is not None:
        workspace.close()
    html = desk.pages.render("locked.html", desk.language, next_link=desk.next_link)
    answer = HTMLResponse(html, background=BackgroundTask(desk.end))
    answer.delete_cookie(desk.door.cookie_name, path="/", httponly=True, samesite="strict")
    answer.headers["clear-site-data"] = '"cache", "cookies", "storage"'  # pages kept for "back" too
    return answer


def awake(_: Visit) -> Response:
    """Somebody types: the idle time starts anew (the door was touched on the way here)."""
    return Response(status_code=204)


def language(visit: Visit) -> Response:
    """Show the desk in another language."""
    chosen = visit.form.text("language")
    if chosen not in LANGUAGES:
        raise UsageError("The desk does not speak this language.")
    visit.desk.language = chosen
    return visit.go(_back(visit))


def fetch(visit: Visit) -> Response:
    """One round with the relay."""
    done = visit.workspace.fetch()
    words = visit.plural("%(num)s new message", "%(num)s new messages", len(done.taken))
    return visit.go(_back(visit), words)


def pulse(visit: Visit) -> Response:
    """How it stands with the relay, for a page that is open; no sign that somebody works."""
    return visit.part("_status.html", pulse=True, frame=visit.frame())


def _back(visit: Visit) -> str:
    """Only an address of ours: a path, and no double slash that would name a host."""
    address = visit.form.text("back")
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        raise NotFoundError("There is no such page.")
    return address


ROUTES = [
    screen("/", get=home),
    screen("/enter/{token}", get=enter, needs="anyone"),
    screen("/unlock", get=ask_passphrase, post=unlock, needs="entered"),
    screen("/lock", post=lock, needs="entered"),
    screen("/awake", post=awake, needs="entered"),
    screen("/language", post=language),
    screen("/fetch", post=fetch),
    screen("/pulse", get=pulse, touches=False),
]
