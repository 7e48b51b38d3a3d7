"""From strata or linkages of ``counts`` to the file that a bundle carries, and back.

Upholds: as ``estimate_made``: the file says what was found and nothing else, in both languages, and
what is made again from it gives the same sentences.  Refuses what ``check_to_keep`` refuses, and a
list or table that only the program could read.  Needs the extra ``counting``.
"""

from collections.abc import Mapping

from asylia.counts.estimate import Estimate, EstimateRefusedError
from asylia.counts.linkages import Linkages, Mixture
from asylia.counts.plots_several import drawn
from asylia.counts.strata import Strata, Sum
from asylia.counts.words import BOTH
from asylia.dossier.estimate import About, Kept, check_to_keep
from asylia.dossier.estimate_files import histories_of
from asylia.dossier.estimate_formats import (
    Alone,
    Combined,
    OneOfSeveral,
    Seen,
    SeveralFile,
)
from asylia.dossier.estimate_parts import (
    Spoke,
    chains,
    in_both,
    interval,
    patterns_of,
    plot_facts,
    refusal,
    refused_of,
    sizes_of,
    software,
    spoke_of,
)
from asylia.wire import encode

Several = Strata | Linkages


def keep(found: Several, seed: int, about: About) -> Kept:
    """The file and its plots; ``RefusedError`` where these answers are no estimate to carry."""
    spoken = _spoken(found)
    check_to_keep(found.tables, len(spoken))
    if about.counted == "record":
        raise ValueError("the record's own lists are one table")
    plots = drawn(found, BOTH)
    least, middle, most = _seen(found)
    made = SeveralFile(
        as_of=about.as_of,
        by="stratum" if isinstance(found, Strata) else "linkage",
        counted=about.counted,
        lists=next(iter(found.tables.values())).lists,
        models=tuple(_combined(name, all_of) for name, (all_of, _) in spoken.items()),
        plots=plot_facts(plots),
        refused=refusal(found.refused),
        seed=seed,
        seen=Seen(least=least, middle=middle, most=most),
        software=software(),
        span=interval(found.span),
        tables=tuple(
            OneOfSeveral(
                answers=tuple(_alone(model, alone[name]) for model, (_, alone) in spoken.items()),
                name=name,
                observed=table.observed,
                patterns=patterns_of(table),
                recaptured=table.recaptured,
                sizes=sizes_of(table),
            )
            for name, table in found.tables.items()
        ),
        title=about.title,
    )
    kept = Kept(encode(made), plots)
    kept.said  # noqa: B018 - whatever a recipient would refuse is not kept
    return kept


def several_of(said: SeveralFile) -> Several:
    """What the file was made of, but for draws and chains."""
    tables, refused = histories_of(said), refused_of(said.refused)
    over: dict[str, tuple[Spoke, dict[str, Spoke]]] = {
        one.model: (
            spoke_of(one),
            {each.name: spoke_of(each.answers[at]) for each in said.tables},
        )
        for at, one in enumerate(said.models)
    }
    if said.by == "stratum":
        sums = {
            name: Sum(name, _estimate(all_of), _refused(all_of), alone, 0.0)
            for name, (all_of, alone) in over.items()
        }
        return Strata(tables, sums, refused)
    mixtures = {
        name: Mixture(name, _estimate(all_of), _refused(all_of), alone, 0.0)
        for name, (all_of, alone) in over.items()
    }
    return Linkages(tables, mixtures, refused)


def _spoken(found: Several) -> Mapping[str, tuple[Spoke, Mapping[str, Spoke]]]:
    """What each model says over all, and of each."""
    if isinstance(found, Strata):
        return {n: (_one(each.total, each.refused), each.alone) for n, each in found.sums.items()}
    return {n: (_one(each.mixed, each.refused), each.alone) for n, each in found.mixtures.items()}


def _one(answer: Estimate | None, refused: EstimateRefusedError | None) -> Spoke:
    spoke = answer or refused
    if spoke is None:
        raise ValueError("a model neither answers nor refuses")
    return spoke


def _estimate(spoke: Spoke) -> Estimate | None:
    return spoke if isinstance(spoke, Estimate) else None


def _refused(spoke: Spoke) -> EstimateRefusedError | None:
    return spoke if isinstance(spoke, EstimateRefusedError) else None


def _seen(found: Several) -> tuple[int, int, int]:
    return found.documented if isinstance(found, Linkages) else (found.observed,) * 3


def _combined(name: str, spoke: Spoke) -> Combined:
    found = _estimate(spoke)
    return Combined(
        assumptions=tuple(in_both(each) for each in found.assumptions) if found else (),
        interval=interval((found.low, found.high)) if found else None,
        median=found.middle if found else None,
        model=name,  # type: ignore[arg-type]
        refused=refusal(_refused(spoke)),
    )


def _alone(name: str, spoke: Spoke) -> Alone:
    found, (ess, rhat) = _estimate(spoke), chains(spoke.diagnostics)
    return Alone(
        ess=ess,
        interval=interval((found.low, found.high)) if found else None,
        median=found.middle if found else None,
        model=name,  # type: ignore[arg-type]
        refused=refusal(_refused(spoke)),
        rhat=rhat,
    )
