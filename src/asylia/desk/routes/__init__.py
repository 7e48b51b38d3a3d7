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
    door, inbox, thread, cases, consent, deciding, exhibits, custody, looking, imports,
    dossiers, files, team, line, forgetting, keys, events, statements, demands, agreements,
    dossiers, files, team, line, forgetting, keys, events, statements, demands, agreements,
    dossiers, files, team, line, forgetting, keys, whom, forgetting, keys, inbox, thread, cases,
    consent, deciding, exhibits, custody, looking, imports, interviews, inbox, thread, cases,
    consent, exhibits, custody, looking, imports, interviews, judging, review, interviews,
    judging, review, masking, meeting, events, statements, demands, agreements, judging, review,
    masking, meeting, events, statements, demands, agreements, dossiers, files, team, line,
    review, masking, meeting, events, statements, demands, agreements, dossiers, files, team,
    line, search, timeline, areas, matrix, claims, sources, figures, documented, estimates,
    sites, search, timeline, areas, matrix, claims, sources, figures, documented, estimates,
    sites, door,
)  # fmt: skip
ROUTES: list[Route] = [route for module in _SCREENS for route in module.ROUTES]
