"""Several runs on the same tasks: which could be best, who beats whom, and what a persona's traits do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import inf, sqrt
from statistics import fmean, stdev

from ecom_fixtures.statistics.gaffke import CONFIDENCE
from ecom_fixtures.statistics.intervals import t_interval
from ecom_fixtures.statistics.power import POWER

# Each task's share of solved trials (or its pass^k), by task.
Shares = Mapping[str, float]


@dataclass(frozen=True)
class HeadToHead:
    """``difference`` is the mean over tasks of the first run's share less the second's, ``interval`` its 95% interval
    by paired t (None with one task), ``p`` two-sided and ``adjusted`` by Holm over all pairs."""

    first: str
    second: str
    difference: float
    interval: tuple[float, float] | None
    p: float
    adjusted: float


@dataclass(frozen=True)
class TraitEffect:
    """What a trait does to pass^1, as a share: with it less without it, and the 95% interval by t over tasks.

    ``visible`` is the effect that would be seen, at 5%, with a chance of 80%.
    """

    trait: str
    effect: float
    interval: tuple[float, float]
    visible: float


def could_be_best(runs: Mapping[str, Shares], confidence: float = CONFIDENCE) -> tuple[str, ...]:
    """Return the runs of which it can't be said that another is better, in the order given; one alone is the best.

    Hsu's multiple comparisons with the best (Annals of Statistics 9, 1981), by paired differences: a run is in when the
    leader's mean lead over it, mean / (sd / sqrt T) over the T tasks, is at most ``dunnett_quantile``.

    Raises:
        ValueError: the runs don't have the same tasks.
    """
    tasks = _common_tasks(runs.values())
    leader = max(runs, key=lambda run: fmean(runs[run].values()), default=None)
    if leader is None or len(runs) == 1 or len(tasks) == 1:
        return tuple(runs)
    most = dunnett_quantile(len(runs) - 1, len(tasks) - 1, confidence)
    return tuple(run for run in runs if _t([runs[leader][task] - runs[run][task] for task in tasks]) <= most)


def head_to_head(runs: Mapping[str, Shares]) -> tuple[HeadToHead, ...]:
    """Return every pair of runs, compared over the same tasks by a paired t-test; with one task every p is 1.

    Raises:
        ValueError: the runs don't have the same tasks.
    """
    tasks = _common_tasks(runs.values())
    pairs = list(combinations(runs, 2))
    differences = [[runs[first][task] - runs[second][task] for task in tasks] for first, second in pairs]
    ps = [_two_sided_p(values) for values in differences]
    rows = zip(pairs, differences, ps, holm(ps), strict=True)
    return tuple(
        HeadToHead(first, second, fmean(values), t_interval(values), p, adjusted)
        for (first, second), values, p, adjusted in rows
    )


def holm(ps: Sequence[float]) -> list[float]:
    """Return the p adjusted by Holm's step-down (Scandinavian Journal of Statistics 6, 1979), in the order given."""
    adjusted, highest = [0.0] * len(ps), 0.0
    for before, at in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, ps[at] * (len(ps) - before)))
        adjusted[at] = highest
    return adjusted


def trait_effects(groups: Mapping[frozenset[str], Shares]) -> tuple[TraitEffect, ...]:
    """Return the effect of each trait, sorted by name; a group is a set of traits, and every set of them is there.

    Per task, the mean of the groups with the trait less the mean of those without it.

    Raises:
        ValueError: a set of traits is missing, there are fewer than two tasks, or the groups don't have the same ones.
    """
    traits, tasks = sorted(set().union(*groups)), _common_tasks(groups.values())
    if len(groups) != 2 ** len(traits):
        raise ValueError(f"needs all {2 ** len(traits)} groups of the traits {traits}, got {len(groups)}")
    if len(tasks) < 2:
        raise ValueError("needs two tasks to see how far an effect differs by task")
    return tuple(_effect(trait, groups, tasks) for trait in traits)


@cache
def dunnett_quantile(others: int, freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return Dunnett's one-sided critical value (JASA 50, 1955) for ``others`` comparisons with one, correlated 1/2:
    that quantile of max_i (Z_i - Z_0) / (sqrt 2 S), with ``freedom`` degrees of S."""
    import numpy
    from scipy.optimize import brentq
    from scipy.special import gdtrix, ndtr, roots_hermitenorm

    nodes, weights = roots_hermitenorm(60)
    # The middles of equally likely slices of S, whose square is chi2 / freedom.
    slices = (numpy.arange(400) + 0.5) / 400
    spread = numpy.sqrt(gdtrix(freedom / 2, freedom / 2, slices))[:, None]

    def below(value: float) -> float:
        chances = ndtr(nodes + sqrt(2) * value * spread) ** others
        return float((chances @ weights).mean() / sqrt(2 * numpy.pi))

    return float(brentq(lambda value: below(value) - confidence, 0, 1_000))


def _effect(trait: str, groups: Mapping[frozenset[str], Shares], tasks: Sequence[str]) -> TraitEffect:
    from scipy.special import stdtrit

    having = [shares for traits, shares in groups.items() if trait in traits]
    lacking = [shares for traits, shares in groups.items() if trait not in traits]
    effects = [fmean(one[task] for one in having) - fmean(one[task] for one in lacking) for task in tasks]
    quantiles = stdtrit(len(tasks) - 1, [(1 + CONFIDENCE) / 2, POWER])
    visible = float(sum(quantiles)) * stdev(effects) / sqrt(len(tasks))
    return TraitEffect(trait, fmean(effects), t_interval(effects) or (-inf, inf), visible)


def _common_tasks(runs: Collection[Shares]) -> list[str]:
    tasks = list(next(iter(runs), {}))
    if any(set(shares) != set(tasks) for shares in runs) or (runs and not tasks):
        raise ValueError("needs runs of the same tasks, at least one")
    return tasks


def _t(values: Sequence[float]) -> float:
    """The mean in standard errors of it; without any spread it is 0 or infinite."""
    mean, sd = fmean(values), stdev(values)
    if sd:
        return mean / (sd / sqrt(len(values)))
    return inf if mean > 0 else -inf if mean < 0 else 0.0


def _two_sided_p(values: Sequence[float]) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(len(values) - 1, -abs(_t(values)))) if len(values) > 1 else 1.0
