"""Intervals for these tasks, where trials are drawn anew and tasks are not; and both intervals of a drop.

``gaffke`` is the other question's: where would pass^k lie with other tasks of this kind?
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from ecom_fixtures.statistics.gaffke import CONFIDENCE
from ecom_fixtures.statistics.passk import TaskCount, pass_hat_k
from ecom_fixtures.statistics.permutation import Pair, mean_drop, permutation_sd

if TYPE_CHECKING:
    import numpy


def mean_pass_k(counts: Sequence[TaskCount], k: int) -> Fraction:
    """Return pass^k of the judged trials: the mean of C(c, k) / C(n, k) over the tasks.

    Raises:
        ValueError: a task has fewer than ``k`` judged trials, or there is none.
    """
    if not counts:
        raise ValueError("needs a task")
    return sum((pass_hat_k(count.passed, count.judged, k) for count in counts), Fraction()) / len(counts)


def these_tasks(counts: Sequence[TaskCount], k: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of pass^k for these tasks: where would it lie with many more trials of each?

    The interval of Clopper and Pearson with ne = ``effective_trials`` (Korn and Graubard, Survey Methodology 24, 1998):
    of x = u ne successes, low = Beta(x, ne - x + 1) and high = Beta(x + 1, ne - x) at (1 -+ confidence)/2.

    Raises:
        ValueError: as ``mean_pass_k``.
    """
    from scipy.special import betaincinv

    share, trials, tail = float(mean_pass_k(counts, k)), effective_trials(counts, k), (1 - confidence) / 2
    solved = share * trials
    low = betaincinv(solved, trials - solved + 1, tail) if share > 0 else 0.0
    high = betaincinv(solved + 1, trials - solved, 1 - tail) if share < 1 else 1.0
    return float(low), float(high)


def effective_trials(counts: Sequence[TaskCount], k: int) -> float:
    """Return the number of independent trials of one task that would tell as much: ne = u (1 - u) / V, u = pass^k.

    With T tasks of n trials (of unequal numbers the harmonic mean) it is at least nT/(2k), and nT/k where u is 0 or 1
    or V is 0; so with one trial a task it is T.
    """
    share, variance = float(mean_pass_k(counts, k)), pass_k_variance(counts, k)
    trials = len(counts) / fmean(1 / count.judged for count in counts) / k
    spread = share * (1 - share)
    return max(spread / variance, trials / 2) if spread and variance else trials


def pass_k_variance(counts: Sequence[TaskCount], k: int) -> float:
    """Return the variance of pass^k over trials of these tasks, 0 where it can't be told (one trial of a task).

    k = 1: V = sum c (n - c) / (n^2 (n - 1)) / T^2, which is unbiased. k > 1: V = sum_i E v(p_i) / T^2 with
    v(p) = sum_j C(k, j) C(n - k, k - j) / C(n, k) p^(2k - j) - p^(2k), the variance of C(c, k) / C(n, k) at success
    rate p, expected under Beta(a + c_i, b + n - c_i); ``_prior`` gives a and b.
    """
    if any(count.judged < 2 for count in counts):
        return 0.0
    if k == 1:
        terms = [c * (n - c) / (n * n * (n - 1)) for c, n in _trials(counts)]
    else:
        a, b = _prior(counts)
        terms = [_expected_variance(a + c, b + n - c, n, k) for c, n in _trials(counts)]
    return sum(terms) / len(counts) ** 2


def drop_for_these_tasks(pairs: Sequence[Pair], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of the drop of pass^1 for these tasks, the one that fits the gate's test: d -+ z sd, with the
    standard deviation under the null hypothesis."""
    from scipy.special import ndtri

    drop, half = float(mean_drop(pairs)), float(ndtri((1 + confidence) / 2)) * permutation_sd(pairs)
    return drop - half, drop + half


def drop_for_tasks_of_this_kind(pairs: Sequence[Pair], confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Return the interval of the drop of pass^1 for tasks of this kind, by t over the tasks' drops; None of one.

    Its ends are cut at -1 and 1, which it reaches with few tasks.
    """
    ends = t_interval([float(pair.drop) for pair in pairs], confidence)
    return (max(ends[0], -1.0), min(ends[1], 1.0)) if ends else None


def t_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Return Student's interval of the mean, None of fewer than two values."""
    if len(values) < 2:
        return None
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, (1 + confidence) / 2)) * stdev(values) / sqrt(len(values))
    return fmean(values) - half, fmean(values) + half


def _trials(counts: Sequence[TaskCount]) -> list[tuple[int, int]]:
    return [(count.passed, count.judged) for count in counts]


def _prior(counts: Sequence[TaskCount]) -> tuple[float, float]:
    """a and b of the beta distribution with these tasks' mean and spread of success rates, drawn a little to the
    uniform one: a = sA, b = s(1 - A), A = (T P1 + 1/2)/(T + 1), B = (T P2 + 1/3)/(T + 1), s = (A - B)/(B - A^2)."""
    tasks = len(counts)
    first = (tasks * float(mean_pass_k(counts, 1)) + 1 / 2) / (tasks + 1)
    second = (tasks * float(mean_pass_k(counts, 2)) + 1 / 3) / (tasks + 1)
    between = second - first**2
    size = min(max((first - second) / between, 0.05), 1000.0) if between > 0 else 1000.0
    return size * first, size * (1 - first)


def _expected_variance(a: float, b: float, n: int, k: int) -> float:
    """E v(p) under Beta(a, b), from its moments E p^r = prod_(j < r) (a + j) / (a + b + j)."""
    import numpy

    steps = numpy.arange(2 * k)
    moments = numpy.concatenate(([1.0], numpy.cumprod((a + steps) / (a + b + steps))))
    return float(_chances_of_shared(n, k) @ (moments[2 * k - max(0, 2 * k - n) : k - 1 : -1] - moments[2 * k]))


@cache
def _chances_of_shared(n: int, k: int) -> numpy.ndarray:
    """The chances that two draws of ``k`` of ``n`` trials share max(0, 2k - n), ..., k of them: hypergeometric."""
    import numpy
    from scipy.special import gammaln

    def log_comb(of: int, picked: numpy.ndarray | int) -> numpy.ndarray:
        return numpy.asarray(gammaln(of + 1) - gammaln(picked + 1) - gammaln(of - picked + 1))

    shared = numpy.arange(max(0, 2 * k - n), k + 1)
    return numpy.asarray(numpy.exp(log_comb(k, shared) + log_comb(n - k, k - shared) - log_comb(n, k)))
