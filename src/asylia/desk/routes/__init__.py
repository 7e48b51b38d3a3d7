"""The desk's screens, one module each."""

from starlette.routing import Route

from asylia.desk.routes import (
    agreements,
    areas,
    cases,
    claims,
    consent,
    demands,
    door,
    dossiers,
    events,
    exhibits,
    figures,
    forgetting,
    inbox,
    interviews,
    judging,
    keys,
    line,
    matrix,
    search,
    sites,
    sources,
    statements,
    team,
    thread,
    timeline,
)

_SCREENS = (
    door, inbox, thread, cases, claims, consent, figures, search, timeline, areas, matrix, sources,
    exhibits, interviews, judging, events, sites, statements, demands, agreements, dossiers, team,
    line, forgetting, keys,
)  # fmt: skip
ROUTES: list[Route] = [route for module in _SCREENS for route in module.ROUTES]
