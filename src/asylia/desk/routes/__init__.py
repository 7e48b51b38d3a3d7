"""The desk's screens, one module each."""

from starlette.routing import Route

from asylia.desk.routes import (
    agreements,
    cases,
    claims,
    consent,
    demands,
    door,
    dossiers,
    events,
    figures,
    forgetting,
    inbox,
    judging,
    keys,
    line,
    sites,
    sources,
    statements,
    team,
    thread,
)

_SCREENS = (
    door, inbox, thread, cases, claims, consent, figures, sources, judging, events, sites,
    statements, demands, agreements, dossiers, team, line, forgetting, keys,
)  # fmt: skip
ROUTES: list[Route] = [route for module in _SCREENS for route in module.ROUTES]
