"""The desk's screens, one module each."""

from starlette.routing import Route

from asylia.desk.routes import (
    agreements,
    areas,
    cases,
    claims,
    consent,
    custody,
    demands,
    documented,
    door,
    dossiers,
    estimates,
    events,
    exhibits,
    figures,
    files,
    forgetting,
    imports,
    inbox,
    interviews,
    judging,
    keys,
    line,
    looking,
    matrix,
    review,
    search,
    sites,
    sources,
    statements,
    team,
    thread,
    timeline,
    whom,
)

# An address is tried one by one: what is asked for most stands first.
_SCREENS = (
    search, timeline, areas, matrix, claims, sources, figures, documented, estimates, sites, door,
    inbox, thread, cases, consent, exhibits, custody, looking, imports, interviews, judging, review,
    events, statements, demands, agreements, dossiers, files, team, line, forgetting, keys, whom,
)  # fmt: skip
ROUTES: list[Route] = [route for module in _SCREENS for route in module.ROUTES]
