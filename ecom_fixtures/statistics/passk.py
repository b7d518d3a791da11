"""pass^k, its interval over tasks, and its bounds where trials are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm

RESAMPLES = 9_999
CONFIDENCE = 0.95
# Numbers that are drawn at a time; bounds the memory, whatever the numbers of tasks and trials.
BATCH = 250_000
# Up to here a float holds every whole number.
EXACT = 2**53


@dataclass(frozen=True)
class TaskCount:
    """How the trials of one task came out.

    ``judged`` are the trials that say something about the agent, ``passed`` those of them that succeeded; what
    ``planned`` has beyond ``judged`` was never run, or ended by a customer fault or an infra error.
    """

    task: str
    passed: int
    judged: int
    planned: int

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.judged <= self.planned:
            raise ValueError(f"needs 0 <= passed <= judged <= planned, got {self}")


@dataclass(frozen=True)
class PassK:
    """pass^k of one run; every figure is a share between 0 and 1.

    ``value`` is None where a trial of any task is not judged: the truth then lies between ``worst`` (every such trial
    would have failed) and ``best`` (every one would have passed). Else all three are equal.
    ``low`` and ``high`` are the ends of the 95% interval, None where there is none (see ``pass_k_table``).
    """

    k: int
    value: float | None
    low: float | None
    high: float | None
    worst: float
    best: float


def pass_hat_k(c: int, n: int, k: int) -> Fraction:
    """Return C(c, k) / C(n, k): of all ways to pick k of ``n`` trials, the share that picks only the ``c`` successes.

    The unbiased estimate of the chance that k independent trials all succeed (tau-bench, arXiv 2406.12045).

    Raises:
        ValueError: not 0 <= c <= n, or not 1 <= k <= n.
    """
    if not 0 <= c <= n or not 1 <= k <= n:
        raise ValueError(f"needs 0 <= c <= n and 1 <= k <= n, got c={c}, n={n}, k={k}")
    return Fraction(comb(c, k), comb(n, k))


def pass_k_table(counts: Sequence[TaskCount], seed: int = 0) -> list[PassK]:
    """Return pass^k for k = 1 up to the smallest number of trials that was planned of a task, each the mean of
    ``pass_hat_k`` over the same tasks, as in ECom-Bench (arXiv 2507.05639, table 2). Without tasks there is nothing to
    average and the list is empty.

    One trial that is not judged leaves every k without value and interval, since neither leaving out its task nor
    its trial keeps the figures comparable; the bounds remain.

    The interval is the bias-corrected and accelerated bootstrap over tasks (Efron, "Better Bootstrap Confidence
    Intervals", JASA 82, 1987): it says how far the figure would move with other tasks of the same kind. The same
    ``seed`` gives the same interval. Where all tasks agree (at worst: none solved in k trials) or there is one task
    only, the tasks hold no information about that spread; ``low`` and ``high`` are None rather than an interval of
    width zero, or one of another kind that would bound the trials' luck instead.
    """
    highest = min((count.planned for count in counts), default=0)
    worst = [_mean(counts, [count.passed for count in counts], k) for k in range(1, highest + 1)]
    if any(count.judged < count.planned for count in counts):
        most = [count.passed + count.planned - count.judged for count in counts]
        best = [_mean(counts, most, k) for k in range(1, highest + 1)]
        return [
            PassK(k, value=None, low=None, high=None, worst=low, best=high)
            for k, (low, high) in enumerate(zip(worst, best, strict=True), 1)
        ]
    ends = _intervals(counts, highest, seed)
    table = []
    for k, value in enumerate(worst, 1):
        low, high = ends.get(k, (None, None))
        table.append(PassK(k, value, low, high, worst=value, best=value))
    return table


def _mean(counts: Sequence[TaskCount], passed: Sequence[int], k: int) -> float:
    shares = (pass_hat_k(c, count.planned, k) for count, c in zip(counts, passed, strict=True))
    return float(sum(shares) / len(counts))


def _intervals(counts: Sequence[TaskCount], highest: int, seed: int) -> dict[int, tuple[float, float]]:
    """The interval of every k for which there is one.

    What is resampled are the shares over their common denominator, as long as a float can hold it: sums of whole
    numbers are exact, so that equal means are equal, which the bias correction counts on.
    """
    common = {k: lcm(*(comb(count.planned, k) for count in counts)) for k in range(1, highest + 1)}
    scale = {k: whole if whole <= EXACT else 1 for k, whole in common.items()}
    rows = {k: [float(pass_hat_k(count.passed, count.planned, k) * scale[k]) for count in counts] for k in scale}
    rows = {k: row for k, row in rows.items() if len(set(row)) > 1}
    if not rows:
        return {}
    # Here and not above: importing scipy takes a second.
    import numpy
    from scipy.stats import bootstrap

    result = bootstrap(
        (numpy.array(list(rows.values()), dtype=float),),
        numpy.mean,
        axis=-1,
        vectorized=True,
        method="BCa",
        confidence_level=CONFIDENCE,
        n_resamples=RESAMPLES,
        batch=max(1, BATCH // (len(rows) * len(counts))),
        rng=seed,
    ).confidence_interval
    return {
        k: (float(low) / scale[k], float(high) / scale[k])
        for k, low, high in zip(rows, result.low, result.high, strict=True)
    }
