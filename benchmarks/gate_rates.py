"""How often the gate raises a false alarm, and what it notices: `python benchmarks/gate_rates.py [PART ...]`.

Pairs of runs are drawn from agents whose success rates are known, on 53 tasks of six shapes. The gate's arithmetic is
done for many pairs at once, from the package's null distributions; a sample of every cell is decided by the package
itself, and a difference is an error.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import betaincinv

from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.gate import ALPHA, TASK_SHARE, Alike, Decision, confirm, decide
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.permutation import Pair, alike_p, null

Rates = NDArray[numpy.float64]
Counts = NDArray[numpy.int64]

TASKS = 53
# Success rates are the quantiles of these beta distributions: the paper's GPT-4o (table 2) by its pass^1 and pass^2, an
# agent that is bad, one that is good, and what spreads more or less.
SHAPES = {
    "paper (44 %)": (1.104, 1.403),
    "hard (15 %)": (0.9, 5.1),
    "easy (88 %)": (4.4, 0.6),
    "uniform": (1.0, 1.0),
    "U-shape": (0.2, 0.2),
    "all 50 %": None,
}
SIZES = ((3, 3), (4, 4), (8, 8), (16, 16), (24, 8))
DROPS = (0.05, 0.075, 0.10)
# Intra-class correlation of a task's trials within a run.
ALIKE = (0.0, 0.05, 0.15, 0.30)
ONE_TASK = ((1.0, 0.0), (0.95, 0.05), (0.90, 0.20))
DRIFTS = (0.0, 0.01, 0.02, 0.03)
# Pairs in one step, for memory; and pairs of a cell that the package decides too.
BATCH = 2_000
CHECKED = 20


@dataclass(frozen=True)
class Rate:
    """A share of pairs, in %, with its standard error in points."""

    alarms: int
    pairs: int

    def __str__(self) -> str:
        share = self.alarms / self.pairs
        return f"{100 * share:.1f} ± {100 * sqrt(share * (1 - share) / self.pairs):.1f}"

    @property
    def lower(self) -> float:
        """The 99% lower bound (one-sided, Clopper-Pearson), a share."""
        return float(betaincinv(self.alarms, self.pairs - self.alarms + 1, 0.01)) if self.alarms else 0.0


class ManyPairs:
    """The gate for many pairs of runs of ``n0`` and ``n1`` trials on the same number of tasks."""

    def __init__(self, n0: int, n1: int, tasks: int = TASKS) -> None:
        self.n1 = n1
        nulls = [null(n0, n1, successes) for successes in range(n0 + n1 + 1)]
        self.points = tasks * n1 + 1
        self.length = next_fast_len(self.points, real=True)
        chances = numpy.zeros((len(nulls), self.length))
        self.p = numpy.ones((len(nulls), n1 + 1))
        for successes, one in enumerate(nulls):
            chances[successes, one.first : one.first + len(one.chances)] = one.chances
            self.p[successes, one.first : one.first + len(one.below)] = one.below
        self.waves = rfft(chances, axis=1)
        self.levels = numpy.unique([p for one in nulls for p in one.below])
        with numpy.errstate(divide="ignore"):
            self.missed = numpy.log1p(-numpy.array([[one.reach(p) for p in self.levels] for one in nulls]))
        self.missed[numpy.isneginf(self.missed)] = -1e9

    def alarms(self, before: Counts, after: Counts) -> NDArray[numpy.bool_]:
        """For each row of counts by task: does the gate fail?"""
        successes = before + after
        having = (successes[:, :, None] == numpy.arange(len(self.p))).sum(axis=1)
        found = -numpy.expm1(having @ self.missed)
        smallest = self.p[successes, after].min(axis=1)
        adjusted = numpy.take_along_axis(found, numpy.searchsorted(self.levels, smallest)[:, None], axis=1)[:, 0]
        task_alpha = ALPHA * TASK_SHARE
        used = numpy.where(found <= task_alpha, found, 0).max(axis=1)
        failing: NDArray[numpy.bool_] = (adjusted <= task_alpha) | (self.mid_p(successes, after) <= ALPHA - used)
        return failing

    def mid_p(self, successes: Counts, after: Counts) -> Rates:
        product = numpy.ones((len(successes), self.waves.shape[1]), dtype=complex)
        for task in successes.T:
            product *= self.waves[task]
        chances = irfft(product, n=self.length, axis=1)[:, : self.points]
        seen = after.sum(axis=1)[:, None]
        below = numpy.cumsum(chances, axis=1)
        p: Rates = (numpy.take_along_axis(below, seen, 1) - numpy.take_along_axis(chances, seen, 1) / 2)[:, 0]
        return p


@dataclass(frozen=True)
class Simulation:
    """What all cells share: how many pairs each has, and where its random numbers begin."""

    pairs: int
    seed: int

    def rate(self, size: tuple[int, int], before: Rates, after: Rates) -> Rate:
        """Return how often the gate fails for agents with these success rates by task."""
        random = numpy.random.default_rng(self.seed)
        gate, alarms = ManyPairs(*size), 0
        for start in range(0, self.pairs, BATCH):
            shape = (min(BATCH, self.pairs - start), TASKS)
            c0, c1 = random.binomial(size[0], before, shape), random.binomial(size[1], after, shape)
            failing = gate.alarms(c0, c1)
            alarms += int(failing.sum())
            if not start:
                for old, new, fails in zip(c0[:CHECKED], c1[:CHECKED], failing, strict=False):
                    if (_decision(old, new, size).ruling is Ruling.FAILS) != fails:
                        raise RuntimeError(f"the package decides otherwise: {old}, {new} of {size}")
        return Rate(alarms, self.pairs)

    def confirmed(self, size: tuple[int, int], before: Rates, after: Rates, drift: float) -> tuple[Rate, Rate]:
        """Return how often the first pair fails, on two days that shift both runs, and how often a second pair, made
        side by side on one, confirms it."""
        random = numpy.random.default_rng(self.seed)
        gate, alarms, confirmed = ManyPairs(*size), 0, 0
        for start in range(0, self.pairs, BATCH):
            days = random.normal(0, drift, (3, min(BATCH, self.pairs - start), 1))
            # The third day is that of both runs of the second pair.
            draws = ((size[0], before, 0), (size[1], after, 1), (size[1], before, 2), (size[1], after, 2))
            runs = [random.binomial(n, shifted(rates, days[day])) for n, rates, day in draws]
            failing = gate.alarms(runs[0], runs[1])
            alarms += int(failing.sum())
            for old, new, old_again, new_again in zip(*(counts[failing] for counts in runs), strict=True):
                alarm = _decision(old, new, size)
                second = confirm(alarm, _counts(old_again, size[1]), _counts(new_again, size[1]))
                confirmed += second.ruling is Ruling.FAILS
        return Rate(alarms, self.pairs), Rate(confirmed, self.pairs)

    def alike(self, size: tuple[int, int], base: Rates, correlation: float) -> tuple[Rate, Rate]:
        """Return how often the gate fails, and how often it warns, where nothing has changed and a task's trials are
        alike within a run: each run has success rates of its own, from beta distributions."""
        random = numpy.random.default_rng(self.seed)
        gate, alarms, warnings = ManyPairs(*size), 0, 0
        for start in range(0, self.pairs, BATCH):
            shape = (min(BATCH, self.pairs - start), TASKS)
            spread = 1 / correlation - 1 if correlation else 1e9
            own = (random.beta(base * spread, (1 - base) * spread, shape) for _ in size)
            runs = [random.binomial(n, rates) for n, rates in zip(size, own, strict=True)]
            alarms += int(gate.alarms(*runs).sum())
            for old, new in zip(*runs, strict=True):
                pairs = [Pair(int(c0), size[0], int(c1), size[1]) for c0, c1 in zip(old, new, strict=True)]
                warnings += Alike(alike_p(pairs), 1).warns
        return Rate(alarms, self.pairs), Rate(warnings, self.pairs)


def rates(shape: tuple[float, float] | None) -> Rates:
    """The success rates of the shape's tasks."""
    if shape is None:
        return numpy.full(TASKS, 0.5)
    found: Rates = betaincinv(*shape, (numpy.arange(TASKS) + 0.5) / TASKS)
    return found


def dropped(base: Rates, drop: float) -> Rates:
    """Each task loses the same share of its successes, so that pass^1 falls by ``drop``."""
    return shifted(base, numpy.array(-drop))


def shifted(base: Rates, shift: Rates) -> Rates:
    """Each task loses the same share of its successes, or of its failures, so that pass^1 moves by ``shift``."""
    mean = base.mean()
    moved: Rates = numpy.where(shift < 0, base * (1 + shift / mean), 1 - (1 - base) * (1 - shift / (1 - mean)))
    return numpy.clip(moved, 0, 1)


def with_task(base: Rates, rate: float) -> Rates:
    """The shape with the success rate of its middle task set to ``rate``."""
    changed = base.copy()
    changed[TASKS // 2] = rate
    return changed


def false_alarms(simulation: Simulation) -> Iterator[Sequence[str]]:
    """Nothing has changed; with the 99% lower bound of the worst shape, which should be at most 5.5%."""
    yield ["trials", *SHAPES, "99 % lower bound of the largest"]
    for size in SIZES:
        found = [simulation.rate(size, rates(shape), rates(shape)) for shape in SHAPES.values()]
        yield [_name(size), *map(str, found), f"{100 * max(rate.lower for rate in found):.1f}"]


def drops(simulation: Simulation) -> Iterator[Sequence[str]]:
    """Every task loses the same share of its successes."""
    yield ["trials, drop in points", *SHAPES]
    for size in SIZES:
        for drop in DROPS:
            cells = [simulation.rate(size, rates(shape), dropped(rates(shape), drop)) for shape in SHAPES.values()]
            yield [f"{_name(size)}, {100 * drop:g}", *map(str, cells)]


def one_task(simulation: Simulation) -> Iterator[Sequence[str]]:
    """One task breaks, the others stay."""
    yield ["trials, the task's success rate", *SHAPES]
    for size in SIZES:
        for old, new in ONE_TASK:
            shapes = [rates(shape) for shape in SHAPES.values()]
            cells = [simulation.rate(size, with_task(base, old), with_task(base, new)) for base in shapes]
            yield [f"{_name(size)}, {old:.0%} to {new:.0%}", *map(str, cells)]


def confirming(simulation: Simulation) -> Iterator[Sequence[str]]:
    """Alarms at 8 v 8 on two days that shift the runs, and those of them that a second pair, side by side, confirms."""
    names = list(SHAPES)[:3]
    yield ["sd of a day in points, change", *(f"{name}: {what}" for name in names for what in ("alarm", "confirmed"))]
    changes: dict[str, tuple[Sequence[float], Callable[[Rates], tuple[Rates, Rates]]]] = {
        "none": (DRIFTS, lambda base: (base, base)),
        "7.5 points": (DRIFTS[::2], lambda base: (base, dropped(base, 0.075))),
        "one task 95% to 5%": (DRIFTS[::2], lambda base: (with_task(base, 0.95), with_task(base, 0.05))),
    }
    for change, (drifts, agents) in changes.items():
        for drift in drifts:
            cells = [simulation.confirmed((8, 8), *agents(rates(SHAPES[name])), drift) for name in names]
            yield [f"{100 * drift:g}, {change}", *(str(rate) for cell in cells for rate in cell)]


def alike(simulation: Simulation) -> Iterator[Sequence[str]]:
    """Nothing has changed at 8 v 8, but a task's trials are alike within a run, as a day's cache makes them."""
    names = list(SHAPES)[:3]
    yield ["correlation of a task's trials", *(f"{name}: {what}" for name in names for what in ("alarm", "warning"))]
    for correlation in ALIKE:
        cells = [simulation.alike((8, 8), rates(SHAPES[name]), correlation) for name in names]
        yield [f"{correlation:.0%}", *(str(rate) for cell in cells for rate in cell)]


PARTS: dict[str, Callable[[Simulation], Iterator[Sequence[str]]]] = {
    "false-alarms": false_alarms,
    "drops": drops,
    "one-task": one_task,
    "confirm": confirming,
    "alike": alike,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table for each part; every figure is in %, with its standard error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "part", nargs="*", choices=[[], *PARTS], metavar="PART", help=f"{', '.join(PARTS)}; all by default"
    )
    parser.add_argument("--pairs", type=int, default=2_000, help="pairs of runs a cell")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    for name in chosen.part or PARTS:
        began = time.perf_counter()
        print(f"\n{name}: {PARTS[name].__doc__} {chosen.pairs} pairs a cell.\n")
        for line, row in enumerate(PARTS[name](Simulation(chosen.pairs, chosen.seed))):
            print(f"| {' | '.join(row)} |", flush=True)
            if not line:
                print("|---" * len(row) + "|")
        print(f"\n{time.perf_counter() - began:.0f} s")


def _decision(before: Counts, after: Counts, size: tuple[int, int]) -> Decision:
    return decide(_counts(before, size[0]), _counts(after, size[1]))


def _counts(passed: Counts, trials: int) -> list[TaskCount]:
    return [TaskCount(str(task), int(count), trials, trials) for task, count in enumerate(passed)]


def _name(size: tuple[int, int]) -> str:
    return f"{size[0]} v {size[1]}"


if __name__ == "__main__":
    main()
