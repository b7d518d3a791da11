"""The interval for these tasks against named values, brute force and coverage; both intervals of a drop."""

from __future__ import annotations

import random
from itertools import product
from math import prod

import pytest
from dealing import ONE_LESS

from ecom_fixtures.statistics.intervals import (
    drop_for_tasks_of_this_kind,
    drop_for_these_tasks,
    effective_trials,
    mean_pass_k,
    pass_k_variance,
    t_interval,
    these_tasks,
)
from ecom_fixtures.statistics.passk import TaskCount, pass_hat_k
from ecom_fixtures.statistics.permutation import Pair


def counts(passed: list[int], trials: int = 8) -> list[TaskCount]:
    return [TaskCount(f"task-{at}", c, trials, trials) for at, c in enumerate(passed)]


SPREAD = counts([8, 8, 6, 4, 1, 0])


def test_pass_1_has_the_named_values() -> None:
    assert mean_pass_k(SPREAD, 1) == 0.5625
    assert pass_k_variance(SPREAD, 1) == pytest.approx(0.0021701389, abs=5e-11)
    assert effective_trials(SPREAD, 1) == pytest.approx(113.4)
    assert these_tasks(SPREAD, 1) == pytest.approx((0.466184, 0.655470), abs=5e-7)


def test_pass_3_has_the_named_values() -> None:
    assert float(mean_pass_k(SPREAD, 3)) == pytest.approx(0.404762, abs=5e-7)
    assert pass_k_variance(SPREAD, 3) == pytest.approx(0.00399894, abs=5e-9)
    assert effective_trials(SPREAD, 3) == pytest.approx(60.2483, abs=5e-5)
    assert these_tasks(SPREAD, 3) == pytest.approx((0.280162, 0.539050), abs=5e-7)


def test_the_variance_of_pass_1_is_right_on_average() -> None:
    """Over every outcome of three trials of two tasks."""
    rates, trials = (0.3, 0.9), 3
    outcomes = []
    for ways in product(product((0, 1), repeat=trials), repeat=2):
        chance = prod(p if one else 1 - p for p, way in zip(rates, ways, strict=True) for one in way)
        outcomes.append((chance, counts([sum(way) for way in ways], trials)))
    mean = sum(chance * float(mean_pass_k(one, 1)) for chance, one in outcomes)
    true = sum(chance * (float(mean_pass_k(one, 1)) - mean) ** 2 for chance, one in outcomes)
    assert sum(chance * pass_k_variance(one, 1) for chance, one in outcomes) == pytest.approx(true)


def test_424_solved_of_424_say_pass_1_is_at_least_99_percent() -> None:
    low, high = these_tasks(counts([8] * 53), 1)
    assert (low, high) == pytest.approx((0.025 ** (1 / 424), 1))
    assert low == pytest.approx(0.991, abs=5e-4)


def test_none_solved_is_the_mirror_of_all_solved() -> None:
    low, high = these_tasks(counts([8] * 53), 1)
    assert these_tasks(counts([0] * 53), 1) == pytest.approx((1 - high, 1 - low))


def test_one_trial_a_task_is_clopper_and_pearson_with_as_many_trials_as_tasks() -> None:
    from scipy.stats import binomtest

    expected = binomtest(30, 53).proportion_ci(method="exact")
    assert these_tasks(counts([1] * 30 + [0] * 23, 1), 1) == pytest.approx((expected.low, expected.high))


def test_one_task_has_an_interval_of_this_kind() -> None:
    from scipy.stats import binomtest

    expected = binomtest(5, 8).proportion_ci(method="exact")
    low, high = these_tasks(counts([5]), 1)
    assert low == pytest.approx(expected.low, abs=0.03)
    assert high == pytest.approx(expected.high, abs=0.03)


@pytest.mark.parametrize("k", [1, 2, 5, 8])
@pytest.mark.parametrize("passed", [[0, 0, 0], [8, 8, 8], [8, 0, 0], [8, 7, 8], [0, 1, 0], [5]])
@pytest.mark.filterwarnings("error")
def test_it_holds_the_value_whatever_the_counts(passed: list[int], k: int) -> None:
    low, high = these_tasks(counts(passed), k)
    assert 0 <= low <= float(mean_pass_k(counts(passed), k)) <= high <= 1
    assert low < high


def test_unequal_numbers_of_trials_lie_between_the_equal_ones() -> None:
    mixed = [*counts([2, 2, 2, 2], 4), *[TaskCount(f"long-{at}", 4, 8, 8) for at in range(4)]]
    few, many = these_tasks(counts([2] * 8, 4), 1), these_tasks(counts([4] * 8, 8), 1)
    assert few[0] < these_tasks(mixed, 1)[0] < many[0]


@pytest.mark.parametrize("k", [1, 3, 8])
def test_it_covers_what_the_agent_is_worth(k: int) -> None:
    rng, runs = random.Random(k), 400
    rates = [at / 15 for at in range(16)]
    true = sum(rate**k for rate in rates) / 16
    covered = 0
    for _ in range(runs):
        low, high = these_tasks(counts([sum(rng.random() < rate for _ in range(8)) for rate in rates]), k)
        covered += low <= true <= high
    assert covered / runs > 0.9


def test_it_takes_no_more_than_was_judged() -> None:
    assert mean_pass_k([TaskCount("refund", 2, 4, 8)], 2) == pass_hat_k(2, 4, 2)
    with pytest.raises(ValueError, match="1 <= k <= n"):
        mean_pass_k([TaskCount("refund", 2, 4, 8)], 5)
    with pytest.raises(ValueError, match="needs a task"):
        mean_pass_k([], 1)


def test_the_drop_for_these_tasks_fits_the_gates_test() -> None:
    low, high = drop_for_these_tasks(ONE_LESS)
    half = 1.959964 * 0.0216159231
    assert (low, high) == pytest.approx((20 / 8 / 53 - half, 20 / 8 / 53 + half), abs=1e-7)


def test_the_drop_for_tasks_of_this_kind_is_by_paired_t() -> None:
    from scipy.stats import ttest_1samp

    pairs = [Pair(8, 8, 5, 8), Pair(4, 8, 4, 8), Pair(2, 8, 3, 8), Pair(6, 8, 4, 8)]
    expected = ttest_1samp([float(pair.drop) for pair in pairs], 0).confidence_interval()
    assert drop_for_tasks_of_this_kind(pairs) == pytest.approx((expected.low, expected.high))


def test_one_task_says_nothing_of_others() -> None:
    assert drop_for_tasks_of_this_kind([Pair(8, 8, 5, 8)]) is None
    assert t_interval([0.5]) is None


def test_a_drop_isnt_larger_than_all() -> None:
    assert drop_for_tasks_of_this_kind([Pair(8, 8, 0, 8), Pair(0, 8, 8, 8)]) == (-1, 1)
