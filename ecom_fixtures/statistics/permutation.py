"""The permutation test of one run against another, stratified by task, exact; and what it takes for granted.

Its null hypothesis is that a task's trials are exchangeable between the runs: given the m successes of both, how many
of them fell to the new run is hypergeometric, independently by task.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import accumulate
from math import comb, gcd, lcm, sqrt

# Points of the lattice on which a null distribution is computed; 424 trials a side of one size take about as many.
LATTICE = 20_000_000


@dataclass(frozen=True, eq=False)
class Null:
    """How many of a task's successes fall to the new run by chance: ``first``, ``first`` + 1, ... with ``chances``.

    ``below`` are the values of the distribution function there, in the order of ``chances``: the p that a test of this
    task can give. Both are rounded from exact fractions, so that p that are equal are equal floats, also those of
    different tasks.
    """

    first: int
    chances: tuple[float, ...]
    below: tuple[float, ...]
    variance: float

    def reach(self, p: float) -> float:
        """Return the largest p of this task that is at most ``p``, 0 if there is none."""
        at = bisect_right(self.below, p)
        return self.below[at - 1] if at else 0.0


@cache
def null(n0: int, n1: int, successes: int) -> Null:
    """Return the null distribution of a task with ``n0`` trials in the baseline, ``n1`` in the new run."""
    total, least = n0 + n1, max(0, successes - n0)
    dealt = range(least, min(n1, successes) + 1)
    chances = [Fraction(comb(n1, x) * comb(n0, successes - x), comb(total, successes)) for x in dealt]
    variance = Fraction(n0 * n1 * successes * (total - successes), total**2 * (total - 1))
    return Null(least, tuple(map(float, chances)), tuple(map(float, accumulate(chances))), float(variance))


@dataclass(frozen=True)
class Pair:
    """One task in two runs: ``c0`` of ``n0`` trials solved in the baseline, ``c1`` of ``n1`` in the new run."""

    c0: int
    n0: int
    c1: int
    n1: int

    def __post_init__(self) -> None:
        if not (0 <= self.c0 <= self.n0 and 0 <= self.c1 <= self.n1 and self.n0 and self.n1):
            raise ValueError(f"needs 0 <= c <= n and n >= 1 on both sides, got {self}")

    @property
    def drop(self) -> Fraction:
        """By how much the share of solved trials fell; negative where it rose."""
        return Fraction(self.c0, self.n0) - Fraction(self.c1, self.n1)

    @property
    def step(self) -> Fraction:
        """By how much one success more in the new run, and so one less in the baseline, raises the difference."""
        return Fraction(1, self.n0) + Fraction(1, self.n1)

    @property
    def null(self) -> Null:
        return null(self.n0, self.n1, self.c0 + self.c1)

    @property
    def p(self) -> float:
        """Fisher's one-sided p: the chance of so few successes in the new run, or fewer."""
        return self.null.below[self.c1 - self.null.first]

    @property
    def variance(self) -> float:
        """Variance of the drop under the null hypothesis."""
        return self.null.variance * float(self.step) ** 2


def mean_drop(pairs: Sequence[Pair]) -> Fraction:
    """Return by how much pass^1 fell, as a share."""
    return sum((pair.drop for pair in pairs), Fraction()) / len(pairs)


def permutation_sd(pairs: Sequence[Pair]) -> float:
    """Return the standard deviation of the mean drop under the null hypothesis."""
    return sqrt(sum(pair.variance for pair in pairs)) / len(pairs)


def mid_p(pairs: Sequence[Pair], drift: float = 0.0) -> float:
    """Return P(D < d) + P(D = d)/2 for the mean difference d of the tasks' success rates, new minus baseline.

    With a ``drift`` it is E Phi((d - D) / (drift sqrt 2)): both runs may also have been shifted as a whole, each by a
    normal variable whose standard deviation is ``drift``, a share.
    """
    steps, unit = _whole([pair.step for pair in pairs])
    parts = [(step, pair.null.chances) for step, pair in zip(steps, pairs, strict=True)]
    seen = sum(step * (pair.c1 - pair.null.first) for step, pair in zip(steps, pairs, strict=True))
    return _mid_p(parts, seen, drift * len(pairs) / float(unit))


def sign_flip_p(pairs: Iterable[Pair]) -> float:
    """Return the mid-p of the mean drop where each task's drop is taken to have either sign with the same chance.

    It holds also where the trials of a task are alike within a run, but needs many tasks and misses a drop that is
    concentrated in a few.
    """
    drops = [pair.drop for pair in pairs if pair.drop]
    sizes, _ = _whole(drops)
    parts = [(2 * abs(size), (0.5, 0.5)) for size in sizes]
    return _mid_p(parts, sum(-2 * size for size in sizes if size < 0), 0.0)


def alike_p(pairs: Iterable[Pair]) -> float:
    """Return the chance that the tasks' drops scatter by as much as they do when all trials are independent.

    P(chi2 > sum drop_i^2 / v_i), v_i the variance under the null hypothesis, with as many degrees of freedom as tasks
    with v_i > 0. It is small where the trials of a task are alike within a run (a day's cache, temperature 0), but also
    where tasks really differ by run.
    """
    from scipy.special import chdtrc

    scatter = [float(pair.drop) ** 2 / pair.variance for pair in pairs if pair.variance]
    return float(chdtrc(len(scatter), sum(scatter))) if scatter else 1.0


def _whole(values: Sequence[Fraction]) -> tuple[list[int], Fraction]:
    """The values as multiples of their largest common measure, and that measure."""
    bottom = lcm(*(value.denominator for value in values))
    tops = [int(value * bottom) for value in values]
    measure = gcd(*tops) or 1
    return [top // measure for top in tops], Fraction(measure, bottom)


def _mid_p(parts: Sequence[tuple[int, Sequence[float]]], seen: int, drift: float) -> float:
    """P(S < seen) + P(S = seen)/2 for a sum S of independent parts, each (step, chances of 0, step, 2 step, ...).

    Everything is on a lattice of whole numbers, so that what is equal is never told apart by rounding. With a
    ``drift`` in its units, a normal variable of drift sqrt 2 is added to S.
    """
    import numpy

    points = 1 + sum(step * (len(chances) - 1) for step, chances in parts)
    if points > LATTICE:
        raise ValueError(f"the tasks' numbers of trials differ in too many ways for an exact test ({points} points)")
    sums = numpy.ones(1)
    for step, chances in parts:
        wider = numpy.zeros(len(sums) + step * (len(chances) - 1))
        for x, chance in enumerate(chances):
            wider[x * step : x * step + len(sums)] += chance * sums
        sums = wider
    if not drift:
        return float(sums[:seen].sum() + sums[seen] / 2)
    from scipy.special import ndtr

    return float(sums @ ndtr((seen - numpy.arange(len(sums))) / (drift * sqrt(2))))
