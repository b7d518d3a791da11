"""The step-down min-p test against every way in which successes can be dealt, and missing trials come out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from dealing import FIVE_SLIPS, ONE_BREAKS, ONE_LESS, PERFECT, deals, random_pairs

from ecom_fixtures.statistics.bounds import Bounds
from ecom_fixtures.statistics.permutation import Pair, null
from ecom_fixtures.statistics.stepdown import Hypothesis, adjusted, smallest_change, spent

SHARE = 0.02


def known(pairs: Sequence[Pair]) -> list[Hypothesis]:
    return [Hypothesis(Bounds(pair.p, pair.p), (pair.null,)) for pair in pairs]


def any_as_small(pairs: Sequence[Pair], p: float) -> Fraction:
    return sum((chance for chance, way in deals(pairs) if min(pair.p for pair in way) <= p), Fraction())


def closed_test(pairs: Sequence[Pair], task: int) -> float:
    """The largest p of all sets of tasks that hold this one, each by its smallest p."""
    others = [at for at in range(len(pairs)) if at != task]
    sets = [[task, *rest] for size in range(len(pairs)) for rest in combinations(others, size)]
    chosen = [[pairs[at] for at in one] for one in sets]
    return float(max(any_as_small(one, min(pair.p for pair in one)) for one in chosen))


def test_it_is_the_closed_test_of_brute_force() -> None:
    rng = random.Random(1)
    for _ in range(300):
        pairs = random_pairs(rng, tasks=3, trials=4)
        found = adjusted(known(pairs))
        for task, p in enumerate(found):
            assert p.low == pytest.approx(p.high, rel=1e-12)
            assert p.high == pytest.approx(closed_test(pairs, task), rel=1e-12)


def test_what_it_spends_is_the_largest_chance_within_its_share() -> None:
    rng = random.Random(2)
    for _ in range(300):
        pairs, share = random_pairs(rng, tasks=3, trials=5), rng.choice((0.02, 0.08, 0.3))
        chances = [float(any_as_small(pairs, p)) for pair in pairs for p in pair.null.below]
        expected = max((chance for chance in chances if chance <= share), default=0)
        used = spent(known(pairs), share)
        assert (used.low, used.high) == pytest.approx((expected, expected), rel=1e-12)


@pytest.mark.parametrize(
    ("pairs", "ps"),
    [
        ([Pair(3, 3, 1, 3), Pair(2, 3, 2, 3), Pair(3, 3, 2, 3)], [9 / 25, 4 / 5, 3 / 5]),
        ([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)], [1 / 70, 13 / 14]),
        ([Pair(3, 4, 1, 2), Pair(4, 4, 1, 2)], [3 / 5, 17 / 45]),
        ([Pair(8, 8, 0, 8), Pair(6, 8, 6, 8), Pair(6, 8, 6, 8)], [1 / 12870, 15531 / 16900, 15531 / 16900]),
        (PERFECT, [1] * 52 + [1 / 1430]),
        (FIVE_SLIPS, [1] * 48 + [31 / 32] * 5),
    ],
)
def test_adjusted_p_have_the_named_values(pairs: list[Pair], ps: list[float]) -> None:
    assert [p.high for p in adjusted(known(pairs))] == pytest.approx(ps, rel=1e-12)


def test_one_task_that_breaks_among_noisy_ones_is_found() -> None:
    assert min(p.high for p in adjusted(known(ONE_BREAKS))) == pytest.approx(3.08985292e-5, rel=1e-9)


@pytest.mark.parametrize(
    ("pairs", "share", "used"),
    [
        ([Pair(3, 3, 1, 3), Pair(2, 3, 2, 3), Pair(3, 3, 2, 3)], SHARE, 0),
        ([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)], SHARE, 1 / 70),
        ([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)], 0.01, 0),
        ([Pair(3, 4, 1, 2), Pair(4, 4, 1, 2)], SHARE, 0),
        ([Pair(8, 8, 0, 8), Pair(6, 8, 6, 8), Pair(6, 8, 6, 8)], SHARE, 1 / 198),
        (PERFECT, SHARE, 1 / 1430),
        (FIVE_SLIPS, SHARE, 0),
        (ONE_LESS, SHARE, 0.013893488600),
        (ONE_BREAKS, SHARE, 0.013664269311),
    ],
)
def test_what_is_spent_has_the_named_values(pairs: list[Pair], share: float, used: float) -> None:
    assert spent(known(pairs), share).high == pytest.approx(used, rel=1e-9)


def with_gaps(rng: random.Random) -> list[tuple[Pair, int, int]]:
    """Pairs with successes as judged, and how many trials of either run are missing."""
    tasks = []
    for _ in range(rng.randint(1, 3)):
        n0, n1 = rng.randint(1, 5), rng.randint(1, 5)
        gap0, gap1 = rng.choice((0, 0, rng.randint(0, n0))), rng.choice((0, rng.randint(0, n1)))
        tasks.append((Pair(rng.randint(0, n0 - gap0), n0, rng.randint(0, n1 - gap1), n1), gap0, gap1))
    return tasks


def fillings(tasks: Sequence[tuple[Pair, int, int]]) -> Iterator[list[Pair]]:
    ways = (
        [Pair(pair.c0 + more0, pair.n0, pair.c1 + more1, pair.n1) for more0 in range(g0 + 1) for more1 in range(g1 + 1)]
        for pair, g0, g1 in tasks
    )
    yield from map(list, product(*ways))


def hypotheses(tasks: Sequence[tuple[Pair, int, int]]) -> list[Hypothesis]:
    found = []
    for pair, g0, g1 in tasks:
        worst, best = Pair(pair.c0 + g0, pair.n0, pair.c1, pair.n1), Pair(pair.c0, pair.n0, pair.c1 + g1, pair.n1)
        sums = range(pair.c0 + pair.c1, pair.c0 + pair.c1 + g0 + g1 + 1)
        found.append(Hypothesis(Bounds(worst.p, best.p), tuple(null(pair.n0, pair.n1, m) for m in sums)))
    return found


def test_the_bounds_of_adjusted_p_hold_every_way_the_missing_trials_could_have_come_out() -> None:
    rng = random.Random(3)
    for _ in range(300):
        tasks = with_gaps(rng)
        bounds = adjusted(hypotheses(tasks))
        for pairs in fillings(tasks):
            for bound, p in zip(bounds, adjusted(known(pairs)), strict=True):
                assert bound.low <= p.low + 1e-12
                assert p.high - 1e-12 <= bound.high


def test_the_bounds_of_what_is_spent_hold_every_way_too() -> None:
    rng = random.Random(4)
    for _ in range(300):
        tasks, share = with_gaps(rng), rng.choice((0.02, 0.08, 0.3))
        bound = spent(hypotheses(tasks), share)
        for pairs in fillings(tasks):
            assert bound.low - 1e-12 <= spent(known(pairs), share).high <= bound.high + 1e-12


def test_one_success_more_can_make_an_adjusted_p_smaller() -> None:
    """So two fillings don't bound it."""
    rng = random.Random(5)
    smaller = 0
    for _ in range(300):
        pairs = random_pairs(rng, tasks=3, trials=5)
        at = rng.randrange(len(pairs))
        pair = pairs[at]
        if pair.c1 < pair.n1:
            more = [*pairs[:at], Pair(pair.c0, pair.n0, pair.c1 + 1, pair.n1), *pairs[at + 1 :]]
            changes = zip(adjusted(known(pairs)), adjusted(known(more)), strict=True)
            smaller += any(after.high < before.high - 1e-9 for before, after in changes)
    assert smaller


def test_the_smallest_change_is_the_smallest_that_is_found() -> None:
    rng = random.Random(6)
    found_none = 0
    for _ in range(100):
        pairs, share = random_pairs(rng, tasks=3, trials=6), 0.08
        falls = (
            (Pair(pair.c0, pair.n0, c1, pair.n1), pairs[:at] + pairs[at + 1 :])
            for at, pair in enumerate(pairs)
            for c1 in range(pair.n1 + 1)
        )
        found = [fall for fall, others in falls if fall.drop > 0 and any_as_small([fall, *others], fall.p) <= share]
        smallest = smallest_change(pairs, known(pairs), share)
        if smallest is None:
            assert found == []
            found_none += 1
        else:
            assert smallest in found
            assert smallest.drop == min(fall.drop for fall in found)
    assert 0 < found_none < 100


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (PERFECT, Pair(8, 8, 3, 8)),
        (ONE_LESS, Pair(8, 8, 2, 8)),
        ([Pair(2, 4, 2, 4)] * 53, None),
        ([Pair(4, 8, 4, 8)] * 53, None),
        ([Pair(4, 8, 4, 8)] * 52 + [Pair(8, 8, 8, 8)], Pair(8, 8, 2, 8)),
    ],
)
def test_the_smallest_change_is_told_by_the_counts(pairs: list[Pair], expected: Pair | None) -> None:
    assert smallest_change(pairs, known(pairs), SHARE) == expected
