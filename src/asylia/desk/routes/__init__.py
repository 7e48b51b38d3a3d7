"""The desk's screens, one module each."""

from starlette.routing import Route

from asylia.desk.routes import (
    agreements,
    areas,
    cases,
    claims,
    consent,
    custody,
    deciding,
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
    keeping_estimates,
    keys,
    line,
    looking,
    masking,
    matrix,
    meeting,
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
    door, inbox, thread, cases, consent, deciding, exhibits, custody, looking, imports, dossiers,
    files, team, line, forgetting, keys, events, statements, demands, agreements, whom, interviews,
    judging, review, masking, meeting, search, timeline, areas, matrix, claims, sources, figures,
    documented, estimates, sites, keeping_estimates,
)  # fmt: skip
ROUTES: list[Route] = [route for module in _SCREENS for route in module.ROUTES]
