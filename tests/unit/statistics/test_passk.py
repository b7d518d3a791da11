"""pass^k against brute force, against the paper, and against every way in which missing trials could have come out."""

from __future__ import annotations

import random
import subprocess
import sys
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest

from ecom_fixtures import statistics
from ecom_fixtures.statistics.gaffke import gaffke
from ecom_fixtures.statistics.passk import TaskCount, pass_hat_k
from ecom_fixtures.statistics.table import pass_k_table


def full(passed: list[int], planned: int) -> list[TaskCount]:
    return [TaskCount(f"task-{i}", c, planned, planned) for i, c in enumerate(passed)]


def random_counts(rng: random.Random, planned: int, complete: bool) -> list[TaskCount]:
    counts = []
    for i in range(rng.randint(2, 6)):
        judged = planned if complete else rng.randint(0, planned)
        counts.append(TaskCount(f"task-{i}", rng.randint(0, judged), judged, planned))
    return counts


def test_it_is_the_share_of_subsets_that_hold_successes_only() -> None:
    rng = random.Random(1)
    for _ in range(200):
        trials = [rng.random() < 0.6 for _ in range(rng.randint(1, 7))]
        for k in range(1, len(trials) + 1):
            subsets = list(combinations(trials, k))
            assert pass_hat_k(sum(trials), len(trials), k) == Fraction(sum(map(all, subsets)), len(subsets))


@pytest.mark.parametrize(("c", "n", "k"), [(-1, 3, 1), (4, 3, 1), (1, 3, 0), (1, 3, 4), (0, 0, 1)])
def test_impossible_counts_are_refused(c: int, n: int, k: int) -> None:
    with pytest.raises(ValueError, match="needs 0 <= c <= n"):
        pass_hat_k(c, n, k)


@pytest.mark.parametrize(("passed", "judged"), [(-1, 2), (3, 2), (1, 5)])
def test_a_task_cant_have_more_successes_than_trials(passed: int, judged: int) -> None:
    with pytest.raises(ValueError, match="passed <= judged <= planned"):
        TaskCount("refund", passed, judged, 4)


def test_the_table_is_the_plain_mean_over_tasks() -> None:
    rng = random.Random(2)
    for _ in range(20):
        counts = random_counts(rng, 4, complete=True)
        for row in pass_k_table(counts):
            shares = [pass_hat_k(count.passed, 4, row.k) for count in counts]
            assert row.value == pytest.approx(float(sum(shares) / len(shares)))


def test_it_never_rises_in_k() -> None:
    rng = random.Random(3)
    for complete in (True, False) * 10:
        table = pass_k_table(random_counts(rng, 6, complete))
        for figure in ([row.worst for row in table], [row.best for row in table]):
            assert figure == sorted(figure, reverse=True)


# Tasks solved in 3, 2, 1 and 0 of 3 trials, and table 2 of arXiv 2507.05639.
@pytest.mark.parametrize(
    ("tasks", "published"),
    [
        pytest.param((9, 15, 13, 16), ["44.03", "26.42", "16.98"], id="GPT-4o"),
        pytest.param((8, 10, 14, 21), ["36.48", "21.38", "15.09"], id="DeepSeek-V3"),
        pytest.param((2, 1, 5, 45), ["8.18", "4.40", "3.77"], id="Qwen-VL-Max"),
    ],
)
def test_it_gives_the_published_figures(tasks: tuple[int, ...], published: list[str]) -> None:
    passed = [c for c, number in zip((3, 2, 1, 0), tasks, strict=True) for _ in range(number)]
    assert len(passed) == 53
    assert [f"{100 * (row.value or 0):.2f}" for row in pass_k_table(full(passed, 3))] == published


def test_one_unjudged_trial_leaves_no_value_for_any_k() -> None:
    counts = [*full([3, 1], 3), TaskCount("refund", 2, 2, 3)]
    assert [(row.k, row.value, row.low, row.high) for row in pass_k_table(counts)] == [
        (k, None, None, None) for k in (1, 2, 3)
    ]


def test_the_bounds_hold_every_way_the_missing_trials_could_have_come_out() -> None:
    rng = random.Random(4)
    for _ in range(20):
        counts = random_counts(rng, 3, complete=False)
        ways = product(*(range(count.passed, count.passed + 3 - count.judged + 1) for count in counts))
        truths = [[sum(pass_hat_k(c, 3, k) for c in way) / len(way) for k in (1, 2, 3)] for way in ways]
        for row, values in zip(pass_k_table(counts), zip(*truths, strict=True), strict=True):
            assert (row.worst, row.best) == (float(min(values)), float(max(values)))


def test_the_bounds_of_a_complete_run_meet_in_the_value() -> None:
    for row in pass_k_table(full([4, 2, 0, 3], 4)):
        assert row.worst == row.value == row.best


def test_the_interval_holds_the_value() -> None:
    rng = random.Random(5)
    for _ in range(10):
        for row in pass_k_table(full([0, *(rng.randint(0, 4) for _ in range(20)), 4], 4)):
            assert row.value is not None
            assert row.low is not None
            assert row.high is not None
            assert 0 <= row.low < row.value < row.high <= 1


def test_the_interval_is_gaffkes_on_the_shares_themselves() -> None:
    passed = [4, 2, 0, 3, 1, 4, 4, 2, 0]
    for row in pass_k_table(full(passed, 4)):
        assert (row.low, row.high) == gaffke([float(pass_hat_k(c, 4, row.k)) for c in passed])


def test_where_all_tasks_agree_there_is_an_interval_too() -> None:
    [row] = pass_k_table(full([1] * 53, 1))
    assert (row.low, row.high) == pytest.approx((0.025 ** (1 / 53), 1))


def test_one_task_has_a_value_and_no_interval() -> None:
    for row in pass_k_table(full([2], 3)):
        assert row.value is not None
        assert (row.low, row.high) == (None, None)


def test_without_tasks_the_table_is_empty() -> None:
    assert pass_k_table([]) == []


def test_tasks_with_unequal_numbers_of_trials_are_compared_up_to_the_smallest() -> None:
    table = pass_k_table([TaskCount("refund", 2, 2, 2), TaskCount("hose", 2, 3, 3)])
    assert [row.value for row in table] == [pytest.approx((1 + 2 / 3) / 2), pytest.approx((1 + 1 / 3) / 2)]


def test_the_interval_over_unequal_numbers_of_trials_is_gaffkes_too() -> None:
    counts = [TaskCount(f"task-{n}", n % (3 + n % 2), 3 + n % 2, 3 + n % 2) for n in range(40)]
    for row in pass_k_table(counts):
        shares = [float(pass_hat_k(count.passed, count.planned, row.k)) for count in counts]
        assert (row.low, row.high) == gaffke(shares)


def test_a_thousand_trials_of_a_task_are_not_too_many() -> None:
    table = pass_k_table([TaskCount("refund", 1100, 1200, 1200), TaskCount("hose", 1190, 1200, 1200)])
    assert table[0].low is not None
    assert all(row.value is not None for row in table)


def test_importing_any_module_of_statistics_imports_neither_scipy_nor_numpy() -> None:
    names = [f"ecom_fixtures.statistics.{path.stem}" for path in Path(statistics.__file__).parent.glob("[a-z]*.py")]
    code = f"import sys, ecom_fixtures.reporting.terminal, {', '.join(names)}\n"
    code += "sys.exit(bool({'scipy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
