"""Which tasks got worse: the exact step-down min-p test over all tasks, by bounds where trials are missing.

The tasks are independent, and each can give few different p. So the chance that any of them gives one as small as x is
known exactly: 1 - prod_j (1 - reach_j(x)), with reach_j(x) the largest p of task j that is at most x. Of Westfall and
Young's resampling ("Resampling-Based Multiple Testing", 1993) nothing is left to do.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import expm1, log1p

from ecom_fixtures.statistics.bounds import Bounds
from ecom_fixtures.statistics.permutation import Null, Pair

Pick = Callable[[Iterable[float]], float]


@dataclass(frozen=True)
class Hypothesis:
    """That one task didn't get worse: its p, and the null distributions it may have, one for each number of successes
    that the missing trials leave possible."""

    p: Bounds
    nulls: tuple[Null, ...]


def adjusted(hypotheses: Sequence[Hypothesis]) -> list[Bounds]:
    """Return the adjusted p of each task, exact where no trial of any task is missing.

    adj_(1) = 1 - prod_j (1 - reach_j(p_(1))) over all tasks, for the next in order of p without the tasks before it,
    and so on, with the running maximum. Which equals the largest p of all sets of tasks that hold the task (closed
    testing); so it is bounded by taking p and reach at their least and at their most, though one success more can make
    an adjusted p smaller.
    """
    families = [hypothesis.nulls for hypothesis in hypotheses]
    least = _step_down([hypothesis.p.low for hypothesis in hypotheses], families, min)
    most = _step_down([hypothesis.p.high for hypothesis in hypotheses], families, max)
    # An adjusted p is never below the task's own, which min over the null distributions may have lost.
    lows = [max(low, hypothesis.p.low) for low, hypothesis in zip(least, hypotheses, strict=True)]
    return [Bounds(low, max(low, high)) for low, high in zip(lows, most, strict=True)]


def spent(hypotheses: Iterable[Hypothesis], share: float) -> Bounds:
    """Return the chance that any task is found worse by chance, at an adjusted p of at most ``share``.

    Since the tasks can give few p, that is the largest value of 1 - prod_j (1 - reach_j(x)) that is at most ``share``.
    It hangs on the sums of successes only, not on how they fell to the runs.
    """
    groups = Counter(hypothesis.nulls for hypothesis in hypotheses)
    levels = sorted({level for nulls in groups for null in nulls for level in null.below})
    highest = bisect_right(levels, share, key=lambda level: _any(groups, level, min))
    surest = bisect_right(levels, share, key=lambda level: _any(groups, level, max))
    low = _any(groups, levels[surest - 1], min) if surest else 0.0
    high = min(share, _any(groups, levels[highest - 1], max)) if highest else 0.0
    return Bounds(low, max(low, high))


def smallest_change(pairs: Sequence[Pair], hypotheses: Sequence[Hypothesis], share: float) -> Pair | None:
    """Return the smallest fall of one task that would be found with these counts, all other tasks being as they are.

    Of falls by the same share, the one from the best start. None where even the largest fall wouldn't be found.
    """
    groups = Counter(hypothesis.nulls for hypothesis in hypotheses)
    starts = {(pair.c0, pair.n0, pair.n1, hypothesis.nulls) for pair, hypothesis in zip(pairs, hypotheses, strict=True)}
    found = []
    for c0, n0, n1, nulls in starts:
        others = groups - Counter([nulls])
        falls = (Pair(c0, n0, c1, n1) for c1 in range(n1, -1, -1) if c1 * n0 < c0 * n1)
        found += [fall for fall in falls if fall.p + (1 - fall.p) * _any(others, fall.p, max) <= share][:1]
    return min(found, key=lambda pair: (pair.drop, -pair.c0 / pair.n0), default=None)


def _step_down(ps: Sequence[float], families: Sequence[tuple[Null, ...]], pick: Pick) -> list[float]:
    left = Counter(families)
    found = [0.0] * len(ps)
    highest = 0.0
    for task in sorted(range(len(ps)), key=ps.__getitem__):
        highest = max(highest, _any(left, ps[task], pick))
        found[task] = highest
        left[families[task]] -= 1
    return found


def _any(groups: Counter[tuple[Null, ...]], p: float, pick: Pick) -> float:
    """1 - prod (1 - reach(p)), of the null distributions that a task may have the least or the most reaching."""
    total = 0.0
    for nulls, tasks in groups.items():
        reach = pick(null.reach(p) for null in nulls)
        if reach == 1 and tasks:
            return 1.0
        total += tasks * log1p(-reach) if tasks else 0.0
    return -expm1(total)
