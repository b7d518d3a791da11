"""Floors: is pass^k at least what was asked for, how likely is that luck, and can the rest of the run change it?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from ecom_fixtures.statistics.bounds import Bounds, Ruling
from ecom_fixtures.statistics.intervals import effective_trials
from ecom_fixtures.statistics.passk import TaskCount, mean_share, task_shares


@dataclass(frozen=True)
class Floor:
    """That pass^``k`` be at least ``least``, a share between 0 and 1."""

    k: int
    least: float


@dataclass(frozen=True)
class FloorDecision:
    """Whether the observed pass^k reaches the floor; by bounds where trials are missing.

    ``chance_of_missing`` is that of another run of the same agent on the same tasks, if what was observed is its true
    pass^k (normal, by ``effective_trials``): one half for an agent exactly at the floor. None where a trial is missing.
    """

    floor: Floor
    ruling: Ruling
    observed: Bounds
    chance_of_missing: float | None


def check_floor(counts: Sequence[TaskCount], floor: Floor) -> FloorDecision:
    """Compare pass^k with the floor.

    Early stop: while trials are planned and not judged, a ruling other than CANT_TELL is what it will be however they
    come out, and CANT_TELL means that it still hangs on them. (Exact: pass^k rises with every success.)

    Raises:
        ValueError: a task has fewer than k planned trials.
    """
    if not counts:
        return FloorDecision(floor, Ruling.CANT_TELL, Bounds(0, 1), None)
    # Rounded once, from the exact mean, so that a figure exactly at the floor reaches it.
    passed = [count.passed for count in counts]
    least = mean_share(task_shares(counts, passed, floor.k))
    unknown = [count.planned - count.judged for count in counts]
    most = mean_share(task_shares(counts, [c + more for c, more in zip(passed, unknown, strict=True)], floor.k))
    ruling = Ruling.of(fails=most < floor.least, passes=least >= floor.least)
    judged = all(count.judged == count.planned for count in counts)
    return FloorDecision(floor, ruling, Bounds(least, most), _chance_of_missing(counts, floor) if judged else None)


def check_floors(counts: Sequence[TaskCount], floors: Iterable[Floor]) -> tuple[Ruling, tuple[FloorDecision, ...]]:
    """Compare with every floor; the ruling of all fails as soon as one surely does.

    Raises:
        ValueError: as ``check_floor``.
    """
    decisions = tuple(check_floor(counts, floor) for floor in floors)
    return Ruling.together(decision.ruling for decision in decisions), decisions


def _chance_of_missing(counts: Sequence[TaskCount], floor: Floor) -> float:
    share = mean_share(task_shares(counts, [count.passed for count in counts], floor.k))
    sd = sqrt(share * (1 - share) / effective_trials(counts, floor.k))
    return NormalDist().cdf((floor.least - share) / sd) if sd else float(share < floor.least)
