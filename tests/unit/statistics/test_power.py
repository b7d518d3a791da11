"""The detectable drop and the trials needed: named values, what limits them, and the gate itself."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.gate import decide
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.power import Power, TrialsNeeded, power_against

PAPER = Power(first=70 / 159, second=42 / 159, tasks=53, trials=8)


def counts(passed: list[int], trials: int) -> list[TaskCount]:
    return [TaskCount(f"task-{at}", c, trials, trials) for at, c in enumerate(passed)]


def test_it_has_the_named_values() -> None:
    # At 8 trials the level is 0.9 alpha.
    assert PAPER.of(0.075, 8) == pytest.approx(0.8082, abs=5e-5)
    assert replace(PAPER, alpha=0.05 / 0.9).of(0.075, 8) == pytest.approx(0.8217, abs=5e-5)
    assert replace(PAPER, alpha=0.05 / 0.9).detectable_drop(8) == pytest.approx(0.0726, abs=5e-5)


# For a shape of 44 % that is all but the paper's, at a level of 4.5 %.
@pytest.mark.parametrize(
    ("n0", "n1", "level", "drop"),
    [(4, 4, 1, 0.107), (8, 8, 0.9, 0.075), (16, 16, 0.8, 0.053), (24, 8, 0.8, 0.061)],
)
def test_the_detectable_drop_is_the_published_one(n0: int, n1: int, level: float, drop: float) -> None:
    found = replace(PAPER, trials=n0, alpha=0.045 / level).detectable_drop(n1)
    assert found == pytest.approx(drop, abs=0.003)


def test_the_detectable_drop_is_noticed_with_its_power() -> None:
    for power in (0.5, 0.8, 0.95):
        drop = PAPER.detectable_drop(8, power)
        assert drop
        assert PAPER.of(drop, 8) == pytest.approx(power, abs=1e-6)


def test_more_trials_more_tasks_and_steadier_tasks_show_smaller_drops() -> None:
    drop = PAPER.detectable_drop(8) or 0
    for better in (replace(PAPER, trials=24), replace(PAPER, tasks=106), replace(PAPER, second=0.4)):
        assert (better.detectable_drop(8) or 1) < drop
    assert (PAPER.detectable_drop(16) or 1) < drop


def test_drift_and_tolerance_hide_drops() -> None:
    drop = PAPER.detectable_drop(8) or 1
    assert (replace(PAPER, drift=0.02).detectable_drop(8) or 0) > drop
    assert replace(PAPER, tolerate=0.03).detectable_drop(8) == drop
    assert (replace(PAPER, tolerate=0.10).detectable_drop(8) or 0) > 0.10


@pytest.mark.parametrize("share", [0.0, 0.02])
def test_an_agent_that_solves_next_to_nothing_has_no_detectable_drop(share: float) -> None:
    assert Power(first=share, second=0, tasks=53, trials=4).detectable_drop(4) is None


def test_the_trials_needed_are_the_first_that_suffice() -> None:
    needed = PAPER.trials_needed(0.06)
    assert needed.new
    assert needed.both
    assert PAPER.of(0.06, needed.new) >= 0.8 > PAPER.of(0.06, needed.new - 1)
    fewer = needed.both - 1
    assert (
        replace(PAPER, trials=needed.both).of(0.06, needed.both) >= 0.8 > replace(PAPER, trials=fewer).of(0.06, fewer)
    )


def test_a_small_baseline_limits_what_any_number_of_new_trials_shows() -> None:
    needed = PAPER.trials_needed(0.03)
    assert needed.new is None
    assert needed.both


def test_what_exceeds_pass_1_cant_be_lost() -> None:
    assert PAPER.trials_needed(0.5) == TrialsNeeded(None, None)


def test_it_is_taken_from_the_baselines_counts() -> None:
    passed = [3] * 9 + [2] * 15 + [1] * 13 + [0] * 16
    found = power_against(counts(passed, 3), drift=0.01)
    assert found
    assert (found.first, found.second, found.trials) == pytest.approx((70 / 159, 42 / 159, 3))
    assert (found.tasks, found.drift) == (53, 0.01)


def test_all_solved_has_a_detectable_drop() -> None:
    found = power_against(counts([8] * 53, 8))
    assert found
    assert found.detectable_drop(8) == pytest.approx(0.0145, abs=0.002)


@pytest.mark.parametrize(
    "baseline", [[], counts([1, 0], 1), [TaskCount("refund", 0, 0, 8)]], ids=["no task", "one trial", "none judged"]
)
def test_of_too_little_nothing_is_said(baseline: list[TaskCount]) -> None:
    assert power_against(baseline) is None


@pytest.mark.slow
def test_the_gate_notices_the_detectable_drop_as_often_as_it_says() -> None:
    rng, pairs = random.Random(1), 400
    rates = [0.1 + 0.8 * at / 52 for at in range(53)]
    first, second = sum(rates) / 53, sum(rate**2 for rate in rates) / 53
    drop = Power(first, second, 53, 8).detectable_drop(8)
    assert drop
    noticed = 0
    for _ in range(pairs):
        runs = [
            counts([sum(rng.random() < rate * kept for _ in range(8)) for rate in rates], 8)
            for kept in (1, 1 - drop / first)
        ]
        noticed += decide(*runs).ruling is Ruling.FAILS
    assert noticed / pairs == pytest.approx(0.8, abs=0.07)
