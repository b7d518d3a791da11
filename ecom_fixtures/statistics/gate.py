"""The gate: is the new run worse than the baseline, overall or in a task?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from ecom_fixtures.statistics.bounds import Bounds, Ruling
from ecom_fixtures.statistics.intervals import drop_for_tasks_of_this_kind, drop_for_these_tasks
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.permutation import Pair, alike_p, mean_drop, mid_p, null, permutation_sd, sign_flip_p
from ecom_fixtures.statistics.stepdown import Hypothesis, adjusted, smallest_change, spent

ALPHA = 0.05
# Of alpha, the part that the per-task test may spend.
TASK_SHARE = 2 / 5
CONFIRM_ALPHA = 0.2
ALIKE = 0.01


@dataclass(frozen=True)
class Overall:
    """The overall test. ``p`` is its mid-p, ``level`` what the per-task test leaves of alpha; it fails at p <= level.

    ``fell_by`` is the smallest drop that can't be put down to chance at this level, of the filling of missing trials
    that is kindest to the new run; it is negative where nothing is shown.
    """

    ruling: Ruling
    p: Bounds
    level: Bounds
    fell_by: float


@dataclass(frozen=True)
class TaskChange:
    """One task in both runs. ``p`` is Fisher's, one-sided; ``adjusted`` is for having looked at all tasks, and
    ``adjusted_better`` the same for the question whether the task got better."""

    before: TaskCount
    after: TaskCount
    p: Bounds
    adjusted: Bounds
    adjusted_better: Bounds

    @property
    def task(self) -> str:
        return self.before.task


@dataclass(frozen=True)
class ByTask:
    """The per-task test; it fails when a task's adjusted p is at most ``alpha``, its part of the whole.

    ``used`` is what it really spends of it on these counts. ``smallest_change`` is the smallest fall of one task that
    it could find, None where it could find none.
    """

    ruling: Ruling
    alpha: float
    used: Bounds
    changes: tuple[TaskChange, ...]
    smallest_change: Pair | None

    @property
    def worse(self) -> tuple[str, ...]:
        """The tasks that got worse, however the missing trials come out."""
        return tuple(change.task for change in self.changes if change.adjusted.high <= self.alpha)

    @property
    def better(self) -> tuple[str, ...]:
        """The tasks that got better, likewise."""
        return tuple(change.task for change in self.changes if change.adjusted_better.high <= self.alpha)


@dataclass(frozen=True)
class Alike:
    """Whether the trials of a task are alike within a run, in which case the gate's error rates don't hold.

    ``p``: see ``alike_p``; ``sign_flip``: the drop's p that holds nevertheless, see ``sign_flip_p``.
    """

    p: float
    sign_flip: float

    @property
    def warns(self) -> bool:
        return self.p <= ALIKE


@dataclass(frozen=True)
class Decision:
    """What the gate says of a new run; all figures are shares between 0 and 1, and a rise is a negative drop.

    ``before`` and ``after`` are pass^1. A test is None where it wasn't asked or there is no task. The intervals of the
    drop (see ``intervals``) and ``alike`` are None where a trial is missing.
    """

    alpha: float
    before: Bounds
    after: Bounds
    drop: Bounds
    overall: Overall | None
    by_task: ByTask | None
    these_tasks: tuple[float, float] | None
    tasks_of_this_kind: tuple[float, float] | None
    alike: Alike | None

    @property
    def ruling(self) -> Ruling:
        """Fails when either test does, passes when all that were asked pass; without a task it can't tell."""
        return Ruling.together(test.ruling for test in (self.overall, self.by_task) if test)


def decide(
    baseline: Iterable[TaskCount],
    new: Iterable[TaskCount],
    *,
    alpha: float = ALPHA,
    task_share: float = TASK_SHARE,
    drift: float = 0.0,
    tolerate: float = 0.0,
    overall: bool = True,
    tasks: Collection[str] | None = None,
) -> Decision:
    """Decide whether ``new`` is worse than ``baseline``, with a false alarm in a share ``alpha`` of honest pairs.

    Both hold the same tasks, in any order. A trial that was planned and not judged may have come out either way: the
    ruling is what holds in every case. ``drift`` is the standard deviation, a share, by which an endpoint's day moves a
    whole run; ``tolerate`` the smallest drop, a share, at which the overall test may fail. ``overall`` and ``tasks``
    choose what is asked: the overall test, and the per-task test of these tasks (all by default, none when empty).

    Raises:
        ValueError: the tasks differ, one stands twice or has no planned trial, ``tasks`` names another, or an argument
            isn't a share.
    """
    _check(alpha, task_share, drift, tolerate)
    both = _matched(baseline, new)
    asked = _chosen(both, tasks)
    by_task = _by_task(asked, alpha * task_share) if asked else None
    used = by_task.used if by_task else Bounds(0, 0)
    worst, best = [one.worst for one in both], [one.best for one in both]
    known = both and worst == best
    return Decision(
        alpha=alpha,
        before=_mean([pair.c0 / pair.n0 for pair in best], [pair.c0 / pair.n0 for pair in worst]),
        after=_mean([pair.c1 / pair.n1 for pair in worst], [pair.c1 / pair.n1 for pair in best]),
        drop=_drop(worst, best),
        overall=_overall(worst, best, _less(alpha, used), drift, tolerate) if overall and both else None,
        by_task=by_task,
        these_tasks=drop_for_these_tasks(worst) if known else None,
        tasks_of_this_kind=drop_for_tasks_of_this_kind(worst) if known else None,
        alike=Alike(alike_p(worst), sign_flip_p(worst)) if known else None,
    )


def confirm(
    alarm: Decision, baseline: Iterable[TaskCount], new: Iterable[TaskCount], alpha: float = CONFIRM_ALPHA
) -> Decision:
    """Decide a second pair of runs, made side by side after ``alarm``; asks only what alarmed: overall, or those tasks.

    Raises:
        ValueError: there was no alarm, or as ``decide``.
    """
    if alarm.ruling is not Ruling.FAILS:
        raise ValueError("there is no alarm to confirm")
    overall = alarm.overall is not None and alarm.overall.ruling is Ruling.FAILS
    return decide(baseline, new, alpha=alpha, overall=overall, tasks=alarm.by_task.worse if alarm.by_task else ())


@dataclass(frozen=True)
class _Both:
    """One task's counts of both runs, and how its missing trials may be filled: worst and best for the new run."""

    before: TaskCount
    after: TaskCount

    @property
    def worst(self) -> Pair:
        return Pair(_most(self.before), self.before.planned, self.after.passed, self.after.planned)

    @property
    def best(self) -> Pair:
        return Pair(self.before.passed, self.before.planned, _most(self.after), self.after.planned)

    @property
    def hypothesis(self) -> Hypothesis:
        n0, n1 = self.before.planned, self.after.planned
        successes = range(self.before.passed + self.after.passed, _most(self.before) + _most(self.after) + 1)
        return Hypothesis(Bounds(self.worst.p, self.best.p), tuple(null(n0, n1, m) for m in successes))


def _most(count: TaskCount) -> int:
    return count.passed + count.planned - count.judged


def _check(alpha: float, *shares: float) -> None:
    if not (alpha > 0 and all(0 <= share < 1 for share in (alpha, *shares))):
        raise ValueError(
            f"alpha, task_share, drift, tolerate are shares, from 0 (not alpha) to below 1: {alpha, *shares}"
        )


def _less(alpha: float, used: Bounds) -> Bounds:
    return Bounds(alpha - used.high, alpha - used.low)


def _matched(baseline: Iterable[TaskCount], new: Iterable[TaskCount]) -> list[_Both]:
    before, after = list(baseline), list(new)
    names, by_name = {count.task for count in before}, {count.task: count for count in after}
    if not len(before) == len(after) == len(names) or names != set(by_name):
        raise ValueError("baseline and new run need the same tasks, each once")
    return [_Both(count, by_name[count.task]) for count in before]


def _chosen(both: Sequence[_Both], tasks: Collection[str] | None) -> Sequence[_Both]:
    if tasks is None:
        return both
    if unknown := set(tasks) - {one.before.task for one in both}:
        raise ValueError(f"not among the tasks: {sorted(unknown)}")
    return [one for one in both if one.before.task in tasks]


def _by_task(both: Sequence[_Both], alpha: float) -> ByTask:
    hypotheses = [one.hypothesis for one in both]
    worse = adjusted(hypotheses)
    better = adjusted([_Both(one.after, one.before).hypothesis for one in both])
    return ByTask(
        ruling=Ruling.of(fails=any(p.high <= alpha for p in worse), passes=all(p.low > alpha for p in worse)),
        alpha=alpha,
        used=spent(hypotheses, alpha),
        changes=tuple(
            TaskChange(one.before, one.after, hypothesis.p, down, up)
            for one, hypothesis, down, up in zip(both, hypotheses, worse, better, strict=True)
        ),
        smallest_change=smallest_change([one.best for one in both], hypotheses, alpha),
    )


def _overall(worst: Sequence[Pair], best: Sequence[Pair], level: Bounds, drift: float, tolerate: float) -> Overall:
    """One success more in the new run, or one less in the baseline, never lowers mid-p; so two fillings bound it."""
    p, drop = Bounds(mid_p(worst, drift), mid_p(best, drift)), _drop(worst, best)
    fails = p.high <= level.low and drop.low >= tolerate
    passes = p.low > level.high or drop.high < tolerate
    sd = sqrt(permutation_sd(best) ** 2 + 2 * drift**2)
    fell_by = drop.low - NormalDist().inv_cdf(1 - level.low) * sd
    return Overall(Ruling.of(fails=fails, passes=passes), p, level, fell_by)


def _drop(worst: Sequence[Pair], best: Sequence[Pair]) -> Bounds:
    return Bounds(float(mean_drop(best)), float(mean_drop(worst))) if worst else Bounds(-1, 1)


def _mean(lows: Sequence[float], highs: Sequence[float]) -> Bounds:
    return Bounds(sum(lows) / len(lows), sum(highs) / len(highs)) if lows else Bounds(0, 1)
