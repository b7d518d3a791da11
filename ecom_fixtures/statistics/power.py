"""What the gate would notice before the new run exists: the detectable drop, and the trials that a drop needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean

from ecom_fixtures.statistics.gate import ALPHA
from ecom_fixtures.statistics.intervals import mean_pass_k
from ecom_fixtures.statistics.passk import TaskCount

POWER = 0.8
# More trials a task than anyone runs.
MOST_TRIALS = 1_000


@dataclass(frozen=True)
class TrialsNeeded:
    """Trials a task with which a drop would be noticed: of the ``new`` run against this baseline, or of ``both`` runs
    when the baseline is made anew. None where no number is enough; where that is ``new`` alone, the baseline limits."""

    new: int | None
    both: int | None


@dataclass(frozen=True)
class Power:
    """The gate's power against a baseline, in closed form; all drops are shares of 1.

    ``first`` and ``second`` are the baseline's pass^1 and pass^2, ``tasks`` their number, ``trials`` those of a task in
    the baseline. In a drop D each task loses the share r = D / P1 of its successes. With g = 1 - r n1 / (n0 + n1):
    V0 = (1/n0 + 1/n1) (g P1 - g^2 P2) / T, V1 = ((P1 - P2)/n0 + ((1 - r) P1 - (1 - r)^2 P2)/n1) / T, and
    power(D) = Phi((D - c) / sqrt V1), c = z_(1 - a) sqrt(V0 + 2 drift^2), or ``tolerate`` where that is more. The level
    a stands for both tests of the gate; see ``_level``. Within 2.5 points of simulation at 8 trials and more a side,
    up to 6 points too low at 4 and fewer, and with a drift.
    """

    first: float
    second: float
    tasks: int
    trials: float
    alpha: float = ALPHA
    drift: float = 0.0
    tolerate: float = 0.0

    def of(self, drop: float, trials: int) -> float:
        """Return the chance that a ``drop`` fails the gate, with ``trials`` a task in the new run."""
        lost = drop / self.first
        kept = 1 - lost * trials / (self.trials + trials)
        no_change = (1 / self.trials + 1 / trials) * (kept * self.first - kept**2 * self.second) / self.tasks
        before = (self.first - self.second) / self.trials
        after = ((1 - lost) * self.first - (1 - lost) ** 2 * self.second) / trials
        normal = NormalDist()
        quantile = normal.inv_cdf(1 - _level(self.trials, trials, self.alpha))
        needed = max(quantile * sqrt(max(no_change, 0) + 2 * self.drift**2), self.tolerate)
        sd = sqrt(max(before + after, 0) / self.tasks)
        return normal.cdf((drop - needed) / sd) if sd else float(drop > needed)

    def detectable_drop(self, trials: int, power: float = POWER) -> float | None:
        """Return the drop that is noticed with chance ``power``; None where even the loss of every success isn't."""
        if not self.first or self.of(self.first, trials) < power:
            return None
        low, high = 0.0, self.first
        while high - low > 1e-9:
            middle = (low + high) / 2
            low, high = (low, middle) if self.of(middle, trials) >= power else (middle, high)
        return high

    def trials_needed(self, drop: float, power: float = POWER) -> TrialsNeeded:
        """Return how many trials it takes to notice ``drop`` with chance ``power``."""
        if drop > self.first:
            return TrialsNeeded(None, None)
        return TrialsNeeded(
            new=_first(lambda trials: self.of(drop, trials) >= power),
            both=_first(lambda trials: self._with(trials).of(drop, trials) >= power),
        )

    def _with(self, trials: int) -> Power:
        return Power(self.first, self.second, self.tasks, trials, self.alpha, self.drift, self.tolerate)


def power_against(
    baseline: Sequence[TaskCount], *, alpha: float = ALPHA, drift: float = 0.0, tolerate: float = 0.0
) -> Power | None:
    """Return the power against this baseline, from its judged trials (of unequal numbers the harmonic mean).

    None where nothing can be said of it: no task, or one judged trial or none of a task.
    """
    if not baseline or any(count.judged < 2 for count in baseline):
        return None
    first, second = (float(mean_pass_k(baseline, k)) for k in (1, 2))
    trials = 1 / fmean(1 / count.judged for count in baseline)
    return Power(first, second, len(baseline), trials, alpha, drift, tolerate)


def _level(n0: float, n1: float, alpha: float) -> float:
    """What the overall test has of alpha on average, and what the per-task test adds to it; found by simulation."""
    if n0 <= 4 and n1 <= 4:
        return alpha
    return 0.8 * alpha if n0 > 8 else 0.9 * alpha


def _first(enough: Callable[[int], bool]) -> int | None:
    return next((trials for trials in range(1, MOST_TRIALS + 1) if enough(trials)), None)
