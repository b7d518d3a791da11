"""Floors: what reaches them, what luck has to do with it, and when the rest of a run can't change it."""

from __future__ import annotations

import random
from itertools import product

import pytest

from ecom_fixtures.statistics.bounds import Bounds, Ruling
from ecom_fixtures.statistics.floors import Floor, check_floor, check_floors
from ecom_fixtures.statistics.passk import TaskCount


def counts(passed: list[int], trials: int = 8) -> list[TaskCount]:
    return [TaskCount(f"task-{at}", c, trials, trials) for at, c in enumerate(passed)]


@pytest.mark.parametrize(
    ("k", "least", "ruling"),
    [(1, 0.5625, "passes"), (1, 0.5626, "fails"), (3, 17 / 42, "passes"), (3, 0.405, "fails"), (8, 0.33, "passes")],
)
def test_the_observed_figure_decides(k: int, least: float, ruling: str) -> None:
    decision = check_floor(counts([8, 8, 6, 4, 1, 0]), Floor(k, least))
    assert decision.ruling == ruling


def test_a_figure_exactly_at_the_floor_reaches_it() -> None:
    for n in range(1, 30):
        for c in range(n + 1):
            assert check_floor(counts([c] * 3, n), Floor(1, c / n)).ruling is Ruling.PASSES


def test_an_agent_exactly_at_the_floor_misses_it_half_the_time() -> None:
    assert check_floor(counts([8, 8, 6, 4, 1, 0]), Floor(1, 0.5625)).chance_of_missing == pytest.approx(0.5)


def test_the_chance_of_missing_is_normal_with_the_variance_of_these_tasks() -> None:
    from scipy.stats import norm

    chance = check_floor(counts([8, 8, 6, 4, 1, 0]), Floor(1, 0.5)).chance_of_missing
    assert chance == pytest.approx(norm.cdf(-0.0625 / 0.0021701389**0.5))


@pytest.mark.parametrize(("least", "chance"), [(1.0, 0), (0.9, 0)])
def test_one_that_solves_everything_doesnt_miss_it(least: float, chance: float) -> None:
    assert check_floor(counts([8, 8]), Floor(1, least)).chance_of_missing == chance


def test_the_ruling_before_the_end_is_what_no_remaining_trial_can_change() -> None:
    rng = random.Random(1)
    said = dict.fromkeys(Ruling, 0)
    for _ in range(300):
        run = [TaskCount(f"task-{at}", rng.randint(0, 2), rng.randint(2, 4), 4) for at in range(3)]
        floor = Floor(rng.randint(1, 4), rng.random())
        ways = product(*(range(count.passed, count.passed + 5 - count.judged) for count in run))
        outcomes = {check_floor(counts(list(way), 4), floor).ruling for way in ways}
        ruling = check_floor(run, floor).ruling
        assert outcomes == ({ruling} if ruling is not Ruling.CANT_TELL else {Ruling.PASSES, Ruling.FAILS})
        said[ruling] += 1
    assert min(said.values()) > 10


def test_with_trials_missing_there_is_no_chance_of_missing() -> None:
    decision = check_floor([TaskCount("refund", 3, 7, 8)], Floor(1, 0.1))
    assert (decision.ruling, decision.chance_of_missing) == (Ruling.PASSES, None)
    assert decision.observed == Bounds(3 / 8, 4 / 8)


def test_one_floor_that_is_missed_fails_all() -> None:
    floors = (Floor(1, 0.5), Floor(3, 0.9))
    ruling, decisions = check_floors(counts([8, 8, 6, 4, 1, 0]), floors)
    assert ruling is Ruling.FAILS
    assert [decision.ruling for decision in decisions] == ["passes", "fails"]


def test_a_missed_floor_decides_while_another_is_open() -> None:
    run = [TaskCount("refund", 0, 4, 8)]
    assert check_floors(run, [Floor(1, 0.4), Floor(1, 0.6)])[0] is Ruling.FAILS
    assert check_floors(run, [Floor(1, 0.4), Floor(1, 0.0)])[0] is Ruling.CANT_TELL


def test_without_a_task_or_a_floor_nothing_passes() -> None:
    assert check_floor([], Floor(1, 0.0)).ruling is Ruling.CANT_TELL
    assert check_floors(counts([8]), [])[0] is Ruling.CANT_TELL


def test_a_floor_for_more_trials_than_were_planned_is_refused() -> None:
    with pytest.raises(ValueError, match="1 <= k <= n"):
        check_floor(counts([2], 3), Floor(4, 0.5))
