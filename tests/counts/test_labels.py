"""Labels of pairs: what is decided holds, all of them teach, and what contradicts is refused."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.counts import partition_world
from tests.counts.test_linking import DATA, f1, few_records
from tests.counts.test_partitions import canonical, together

from asylia.cli import run
from asylia.counts.linking import labels_reading, model
from asylia.counts.linking.comparing import FIELDS, levels
from asylia.counts.linking.encoding import Encoded, encode
from asylia.counts.linking.labels import MOST_TOGETHER, Label, place
from asylia.counts.linking.link import link, merged
from asylia.counts.linking.model import Scored
from asylia.counts.linking.table import Records
from asylia.counts.linking.taught import taught
from asylia.counts.linking.weighing import gains, prior_of
from asylia.counts.partitions import kernel, sizes
from asylia.counts.partitions.chain import Chain
from asylia.counts.partitions.held import holding
from asylia.counts.partitions.pairs import laid
from asylia.errors import MalformedError, NotFoundError

INVENTED = Path(__file__).resolve().parents[2] / "examples" / "linkage" / "invented.csv"
SWEEPS = 6_000


@cache
def febrl() -> tuple[Records, list[str], Encoded, Scored]:
    """FEBRL1, weighed once: names, year of birth and state, in no order and without their ids."""
    if not (DATA / "febrl").is_dir():
        pytest.skip("the data lie beside the checkout, and are not there")
    table = pl.read_csv(DATA / "febrl" / "dataset1.csv", infer_schema=False)
    table = table.rename({name: name.strip() for name in table.columns}).fill_null("")
    table = table.with_columns(pl.all().str.strip_chars()).sample(fraction=1, shuffle=True, seed=3)
    columns = {
        "name": (table["given_name"] + " " + table["surname"]).to_list(),
        "born": table["date_of_birth"].str.slice(0, 4).to_list(),
        "place": table["state"].to_list(),
    }
    truth = [one.split("-")[1] for one in table["rec_id"]]
    records = Records([str(at) for at in range(len(table))], columns)
    encoded = encode(records)
    return records, truth, encoded, model.score(encoded)


@pytest.mark.parametrize("rows", [False, True])
def test_moves_reach_the_posterior_of_what_is_held(rows: bool) -> None:
    pairs = partition_world.world(5, 3)
    free = partition_world.posterior(pairs, sizes.most(np.arange(5), pairs.lists))
    allowed = {one: share for one, share in free.items() if one[0] == one[3] and one[0] != one[4]}
    mass = sum(allowed.values())
    assert len(allowed) == 10
    assert mass < 0.5, "a free posterior would be elsewhere"
    held = dataclasses.replace(pairs, held=holding(5, [(0, 3)], [(3, 4)]))
    begun = np.array([0, 1, 2, 0, 3])
    ground = laid(held, begun)
    chain = Chain(ground.world, begun, np.random.default_rng(5))
    visited = np.arange(5) if rows else np.empty(0, np.int64)
    found: Counter[tuple[int, ...]] = Counter()
    for at in range(SWEEPS):
        kernel.sweep(
            chain.world, chain.state, chain.room, chain.random, visited, ground.left,
            ground.right, 1 + at * 5,
        )  # fmt: skip
        found[canonical(chain.state.cluster)] += 1
    assert set(found) == set(allowed)
    exact = {one: share / mass for one, share in allowed.items()}
    shares = {one: many / SWEEPS for one, many in found.items()}
    assert together(shares) == pytest.approx(together(exact), abs=0.03)


def test_what_is_decided_holds_in_clusters_and_draws_against_all_evidence() -> None:
    records = few_records()
    names = records.columns["name"]
    (one, other), *_ = [
        (a, b) for a in range(60) for b in range(a) if names[a] == names[b] and names[a] != names[0]
    ]
    far = [at for at in range(60) if names[at] not in (names[0], names[one])][:2]
    wrong = [
        Label(str(one), str(other), "distinct"),
        Label("0", str(far[0]), "same"),
        Label(str(far[0]), str(far[1]), "same"),
    ]
    found = link(records, labels=wrong, posterior=True)
    assert found.plausible is not None
    for clusters in (np.array([found.clusters]), found.plausible.partitions):
        assert len(clusters) > 0
        assert (clusters[:, one] != clusters[:, other]).all()
        assert (clusters[:, [0]] == clusters[:, far]).all()


def test_labels_of_the_hardest_pairs_improve_persons_and_wrong_ones_move_them() -> None:
    records, truth, encoded, scored = febrl()
    prior = prior_of(scored.weights, encoded.size * (encoded.size - 1) / 2)
    odds = np.exp2(np.clip(scored.weights + prior, -60, 60))
    hardest = np.argsort(-gains(odds / (1 + odds)), kind="stable")[:50]
    pairs = list(zip(scored.left[hardest], scored.right[hardest], strict=True))
    labels = [
        Label(str(a), str(b), "same" if truth[a] == truth[b] else "distinct") for a, b in pairs
    ]
    assert min(Counter(one.verdict for one in labels).values()) > 5

    def reached(labels: Sequence[Label]) -> float:
        placed = place(labels, records.ids)
        anew = taught(encoded, scored, placed)
        return f1(merged(encoded, anew, placed.held).tolist(), truth)

    none = reached([])
    assert reached(labels) > none + 0.005
    assert reached([dataclasses.replace(one, verdict="distinct") for one in labels]) < none
    unsure = place([dataclasses.replace(one, sure=0.9) for one in labels], records.ids)
    assert not unsure.held.binds
    assert taught(encoded, scored, unsure) is not scored
    assert taught(encoded, scored, place([], records.ids)) is scored


def test_levels_that_no_labelled_pair_has_stay_as_they_are() -> None:
    records, _, encoded, scored = febrl()
    sure = np.argsort(-scored.weights)[:40]
    labels = [
        Label(records.ids[scored.left[at]], records.ids[scored.right[at]], "distinct", 0.9)
        for at in sure
    ]
    placed = place(labels, records.ids)
    after = taught(encoded, scored, placed)
    for at, name in enumerate(FIELDS):
        moved = set(np.flatnonzero(~np.isclose(after.ratios[at], scored.ratios[at])) - 1)
        if name not in encoded.fields:
            assert not moved
            continue
        seen = {*levels(encoded.numbers, at, placed.left, placed.right).tolist()}
        assert moved == seen - {-1}
    assert (after.weights[sure] < scored.weights[sure]).all()
    # However often the same is said, no level moves further than three bits.
    shouted = [dataclasses.replace(one, sure=0.999) for one in labels for _ in range(50)]
    poisoned = taught(encoded, scored, place(shouted, records.ids))
    assert np.abs(np.log2(poisoned.ratios) - np.log2(scored.ratios)).max() <= 3.0 + 1e-9


def test_contradictions_are_named_with_those_between() -> None:
    ids = list("abcdef")
    same = [Label("a", "b", "same"), Label("c", "b", "same"), Label("e", "d", "same")]
    assert place(same, ids).held.bound.tolist() == [0, 0, 0, 3, 3, -1]
    with pytest.raises(MalformedError, match=r": a ≠ c, a = b = c\Z"):
        place([*same, Label("c", "a", "distinct")], ids)
    both = [Label("e", "f", "same"), Label("e", "f", "distinct")]
    with pytest.raises(MalformedError, match=r"\(pairs: 2\): d ≠ e, d = e; e ≠ f, e = f"):
        place([*same, Label("d", "e", "distinct"), *both], ids)
    unsure = place([*same, Label("c", "a", "distinct", 0.9)], ids)
    assert (unsure.decided, unsure.same[-1]) == (3, pytest.approx(0.1))
    with pytest.raises(MalformedError, match=r"nothing twice: a = c"):
        place(same, ids, ["1", "2", "1", "", "", "2"])
    place(same, ids, ["1", "2", "", "", "", "2"])
    with pytest.raises(NotFoundError, match=r"no record has \(2\): z, \?"):
        place([Label("a", "z", "same"), Label("a", "Ivan Ivanov", "same", 0.7)], ids)
    many = [str(at) for at in range(MOST_TOGETHER + 1)]
    with pytest.raises(MalformedError, match="201 records into one, the first 0"):
        place([Label("0", one, "same") for one in many[1:]], many)


@pytest.mark.parametrize(
    ("untrusted", "told"),
    [
        (b"", "does not begin"),
        (b"a,b,same\n", "does not begin"),
        (b"one;other;verdict\n1;2;same\n", "does not begin"),
        (b"one,other,verdict,name\n1,2,same,Ivan\n", "does not begin"),
        (b"one,other,verdict\n1,2\n", "line 2 .* not as many"),
        (b"one,other,verdict\n1,2,same\n1,3,maybe\n", "line 3 .* no two ids and a verdict"),
        (b"one,other,verdict\n1,,same\n", "line 2"),
        (b"one,other,verdict\n1,1,same\n", "line 2 .* one record alone: 1"),
        (b"one,other,verdict,sure\n1,2,same,0.5\n", "line 2 .* above 0.5"),
        (b"one,other,verdict,sure\n1,2,same,nan\n", "line 2 .* above 0.5"),
        (b"one,other,verdict\n1,2,same\xff\n", "can be read"),
        (b'one,other,verdict\n1,"2,same\n', "can be read"),
        (b"one,other,verdict\n" + b"1,2,same\n" * 200_001, "200,000"),
    ],
)
def test_what_are_no_labels_is_refused_by_its_line(untrusted: bytes, told: str) -> None:
    with pytest.raises(MalformedError, match=told) as refused:
        labels_reading.parse(untrusted)
    assert "Ivan" not in refused.value.message + refused.value.hint


def test_bad_labels_are_refused_by_the_command_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    asked = ["link", str(INVENTED), "--labels", str(given), "--out", str(out), "--json"]
    for text, code, told in (
        ("one,other,verdict\n1,no-such,same\n", 66, "no-such"),
        ("one,other,verdict\n1,2,same\n2,1,distinct\n", 65, "1 ≠ 2, 1 = 2"),
        ("1,2\n", 65, "one,other,verdict"),
    ):
        given.write_text(text, "utf-8")
        assert run(asked) == code
        assert told in capsys.readouterr().err
        assert not out.exists()
    assert run(["link", str(INVENTED), "--labels", str(tmp_path / "none.csv")]) == 66
    assert run(["link", str(INVENTED), "--review", "cards"]) == 64


def test_a_file_of_labels_is_read_no_further_than_labels_can_be() -> None:
    labels = b"one,other,verdict\n" + b"a,b,same\n" * (labels_reading.MOST_LABELS + 1)
    with pytest.raises(MalformedError, match="over 200,000 labels"):
        labels_reading.parse(labels + b'"never closed')
