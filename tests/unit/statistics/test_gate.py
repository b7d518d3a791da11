"""What the gate decides: named cases, every way in which missing trials can come out, a second look at an alarm."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product
from statistics import NormalDist

import pytest
from dealing import FIVE_SLIPS, ONE_BREAKS, ONE_LESS, PERFECT

from ecom_fixtures.statistics.bounds import Bounds, Ruling
from ecom_fixtures.statistics.gate import Decision, Overall, confirm, decide
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.permutation import Pair

Counts = list[TaskCount]


def counts(passed: Sequence[int], trials: int) -> Counts:
    return [TaskCount(f"task-{at}", c, trials, trials) for at, c in enumerate(passed)]


def of_pairs(pairs: Sequence[Pair]) -> tuple[Counts, Counts]:
    before = [TaskCount(f"task-{at}", pair.c0, pair.n0, pair.n0) for at, pair in enumerate(pairs)]
    after = [TaskCount(f"task-{at}", pair.c1, pair.n1, pair.n1) for at, pair in enumerate(pairs)]
    return before, after


def overall_of(decision: Decision) -> Overall:
    assert decision.overall
    return decision.overall


def worse_of(decision: Decision) -> tuple[str, ...]:
    assert decision.by_task
    return decision.by_task.worse


@pytest.mark.parametrize(
    ("pairs", "ruling", "overall", "worse"),
    [
        ([Pair(3, 3, 1, 3), Pair(2, 3, 2, 3), Pair(3, 3, 2, 3)], "passes", "passes", ()),
        ([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)], "fails", "passes", ("task-0",)),
        ([Pair(3, 4, 1, 2), Pair(4, 4, 1, 2)], "passes", "passes", ()),
        ([Pair(8, 8, 0, 8), Pair(6, 8, 6, 8), Pair(6, 8, 6, 8)], "fails", "fails", ("task-0",)),
        (PERFECT, "fails", "fails", ("task-52",)),
        (FIVE_SLIPS, "fails", "fails", ()),
        (ONE_LESS, "fails", "fails", ()),
        (ONE_BREAKS, "fails", "passes", ("task-0",)),
    ],
)
def test_it_decides_the_named_cases(pairs: list[Pair], ruling: str, overall: str, worse: tuple[str, ...]) -> None:
    decision = decide(*of_pairs(pairs))
    assert (decision.ruling, overall_of(decision).ruling, worse_of(decision)) == (ruling, overall, worse)


def test_with_half_the_level_what_tasks_may_show_shrinks_with_it() -> None:
    decision = decide(*of_pairs([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)]), alpha=0.025)
    assert decision.by_task
    assert decision.by_task.alpha == pytest.approx(0.01)
    assert decision.by_task.used == Bounds(0, 0)
    assert decision.ruling is Ruling.PASSES


def test_the_overall_test_has_what_the_tasks_leave() -> None:
    level = overall_of(decide(*of_pairs(ONE_LESS))).level
    assert level.low == level.high == pytest.approx(0.05 - 0.0138934886)


def test_the_order_of_the_tasks_doesnt_matter() -> None:
    before, after = of_pairs(ONE_BREAKS)
    turned = decide(before, after[::-1])
    assert worse_of(turned) == ("task-0",)
    assert overall_of(turned).p == overall_of(decide(before, after)).p


def test_it_tells_pass_1_before_and_after_and_the_drop() -> None:
    decision = decide(*of_pairs([Pair(3, 4, 1, 2), Pair(4, 4, 1, 2)]))
    assert (decision.before, decision.after) == (Bounds(0.875, 0.875), Bounds(0.5, 0.5))
    assert decision.drop == Bounds(0.375, 0.375)


def test_what_it_fell_by_at_least_is_zero_where_the_test_just_fails() -> None:
    decision = decide(*of_pairs(ONE_LESS))
    level = overall_of(decision).level.low
    expected = decision.drop.low - NormalDist().inv_cdf(1 - level) * 0.0216159231
    assert overall_of(decision).fell_by == pytest.approx(expected)
    assert 0 < overall_of(decision).fell_by < decision.drop.low


def test_a_run_against_itself_passes() -> None:
    rng = random.Random(1)
    for _ in range(20):
        run = counts([rng.randint(0, 8) for _ in range(rng.randint(1, 30))], 8)
        assert decide(run, run).ruling is Ruling.PASSES


@pytest.mark.parametrize("solved", [0, 1], ids=["none solved", "all solved"])
@pytest.mark.parametrize("tasks", [1, 53])
@pytest.mark.filterwarnings("error")
def test_runs_without_any_difference_pass(solved: int, tasks: int) -> None:
    decision = decide(counts([24 * solved] * tasks, 24), counts([3 * solved] * tasks, 3))
    assert decision.ruling is Ruling.PASSES
    assert (overall_of(decision).p, overall_of(decision).fell_by) == (Bounds(0.5, 0.5), 0)
    assert decision.these_tasks == (0, 0)


def test_one_task_alone_can_fail_it() -> None:
    assert decide(counts([8], 8), counts([1], 8)).ruling is Ruling.FAILS
    assert decide(counts([8], 8), counts([1], 8)).tasks_of_this_kind is None


def test_improvements_are_told_and_fail_nothing() -> None:
    decision = decide(*of_pairs([Pair(0, 8, 8, 8)] + [Pair(4, 8, 5, 8)] * 10))
    assert decision.by_task
    assert decision.by_task.better == ("task-0",)
    assert decision.ruling is Ruling.PASSES


def test_what_is_lost_and_won_by_turns_is_named_by_task_alone() -> None:
    decision = decide(*of_pairs([Pair(8, 8, 0, 8), Pair(0, 8, 8, 8)]))
    assert decision.by_task
    assert (decision.by_task.worse, decision.by_task.better) == (("task-0",), ("task-1",))
    assert overall_of(decision).ruling is Ruling.PASSES
    assert decision.alike
    assert decision.alike.warns


def test_honest_runs_arent_called_alike() -> None:
    alike = decide(*of_pairs(ONE_LESS)).alike
    assert alike
    assert not alike.warns


def test_drift_makes_it_wary() -> None:
    assert decide(*of_pairs(ONE_LESS), drift=0.01).ruling is Ruling.FAILS
    assert decide(*of_pairs(ONE_LESS), drift=0.02).ruling is Ruling.PASSES


def test_a_drop_that_is_tolerated_fails_in_its_tasks_only() -> None:
    drop = 5 / 8 / 53
    assert decide(*of_pairs(FIVE_SLIPS), tolerate=drop).ruling is Ruling.FAILS
    assert decide(*of_pairs(FIVE_SLIPS), tolerate=drop + 1e-9).ruling is Ruling.PASSES
    assert worse_of(decide(*of_pairs(PERFECT), tolerate=0.5)) == ("task-52",)


def with_gaps(rng: random.Random, trials: int) -> Counts:
    found = []
    for at in range(3):
        judged = trials - rng.choice((0, 0, 0, 1, 2))
        found.append(TaskCount(f"task-{at}", rng.choice((0, judged, rng.randint(0, judged))), judged, trials))
    return found


def fillings(run: Counts) -> Iterator[Counts]:
    ways = (range(count.passed, count.passed + count.planned - count.judged + 1) for count in run)
    for way in product(*ways):
        yield [TaskCount(count.task, c, count.planned, count.planned) for count, c in zip(run, way, strict=True)]


def test_with_trials_missing_it_says_what_holds_in_every_case_or_that_it_cant_tell() -> None:
    rng = random.Random(2)
    said = dict.fromkeys(Ruling, 0)
    wary = 0
    for _ in range(150):
        before, after = with_gaps(rng, 6), with_gaps(rng, 4)
        decision = decide(before, after, alpha=0.2)
        ways = [decide(*way, alpha=0.2) for way in product(fillings(before), fillings(after))]
        outcomes = {way.ruling for way in ways}
        if decision.ruling is not Ruling.CANT_TELL:
            assert outcomes == {decision.ruling}
        wary += decision.ruling is Ruling.CANT_TELL and len(outcomes) == 1
        said[decision.ruling] += 1
        ps = [overall_of(way).p.low for way in ways]
        assert overall_of(decision).p == Bounds(min(ps), max(ps))
        for figure in ("before", "after", "drop"):
            values = [getattr(way, figure).low for way in ways]
            assert (getattr(decision, figure).low, getattr(decision, figure).high) == pytest.approx(
                (min(values), max(values))
            )
        for task, change in enumerate(decision.by_task.changes if decision.by_task else ()):
            values = [way.by_task.changes[task].adjusted_better.low for way in ways if way.by_task]
            assert change.adjusted_better.low <= min(values) + 1e-12
            assert max(values) <= change.adjusted_better.high + 1e-12
    assert min(said.values()) > 10
    assert wary <= 15


def test_with_trials_missing_there_is_no_interval() -> None:
    gap = [TaskCount("task-0", 3, 7, 8)]
    decision = decide(counts([4], 8), gap)
    assert (decision.these_tasks, decision.tasks_of_this_kind, decision.alike) == (None, None, None)


def test_a_run_without_a_judged_trial_cant_be_decided() -> None:
    nothing = [TaskCount(f"task-{at}", 0, 0, 8) for at in range(20)]
    decision = decide(counts([6] * 20, 8), nothing)
    assert decision.ruling is Ruling.CANT_TELL
    assert decision.after == Bounds(0, 1)


def test_no_task_never_passes() -> None:
    decision = decide([], [])
    assert decision.ruling is Ruling.CANT_TELL
    assert (decision.before, decision.drop) == (Bounds(0, 1), Bounds(-1, 1))


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (counts([4, 4], 8), "same tasks"),
        ([*counts([4], 8), *counts([4], 8)], "same tasks"),
        ([TaskCount("task-1", 4, 8, 8)], "same tasks"),
        ([TaskCount("task-0", 0, 0, 0)], "n >= 1"),
    ],
    ids=["one more", "one twice", "another", "no trial planned"],
)
def test_other_tasks_are_refused(after: Counts, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        decide(counts([4], 8), after)


@pytest.mark.parametrize("argument", ["alpha", "task_share", "drift", "tolerate"])
def test_points_are_refused_where_a_share_is_asked_for(argument: str) -> None:
    run = counts([4], 8)
    with pytest.raises(ValueError, match="are shares"):
        decide(run, run, **{argument: 2.0})  # type: ignore[arg-type]


def test_confirming_asks_only_the_overall_test_when_that_alarmed_alone() -> None:
    alarm = decide(*of_pairs(ONE_LESS))
    second = confirm(alarm, *of_pairs(ONE_LESS))
    assert second.by_task is None
    assert overall_of(second).level == Bounds(0.2, 0.2)
    assert second.ruling is Ruling.FAILS


def test_confirming_asks_only_the_tasks_that_alarmed() -> None:
    alarm = decide(*of_pairs(ONE_BREAKS))
    second = confirm(alarm, *of_pairs(ONE_BREAKS))
    assert second.overall is None
    assert second.by_task
    assert [change.task for change in second.by_task.changes] == ["task-0"]
    assert second.by_task.alpha == pytest.approx(0.08)
    assert second.ruling is Ruling.FAILS


def test_a_second_pair_without_the_drop_clears_the_alarm() -> None:
    for pairs in (ONE_LESS, ONE_BREAKS):
        before, _ = of_pairs(pairs)
        assert confirm(decide(*of_pairs(pairs)), before, before).ruling is Ruling.PASSES


def test_without_an_alarm_there_is_nothing_to_confirm() -> None:
    run = counts([4, 4], 8)
    with pytest.raises(ValueError, match="no alarm"):
        confirm(decide(run, run), run, run)


def test_a_task_that_alarmed_must_be_there_to_confirm_it() -> None:
    with pytest.raises(ValueError, match="not among the tasks: \\['task-0'\\]"):
        decide([TaskCount("refund", 4, 8, 8)], [TaskCount("refund", 4, 8, 8)], tasks=["task-0"])
