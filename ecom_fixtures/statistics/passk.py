"""pass^k, its interval over tasks of this kind, and its bounds where trials are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from ecom_fixtures.statistics.gaffke import gaffke


@dataclass(frozen=True)
class TaskCount:
    """How the trials of one task came out, or in an ablation those of one group of it.

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
    ``low`` and ``high`` are the ends of the 95% interval for tasks of this kind, None where there is none (see
    ``pass_k_table``).
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


def task_shares(counts: Sequence[TaskCount], passed: Sequence[int], k: int) -> list[Fraction]:
    """Return ``pass_hat_k`` of each task, as the mean over its counts, where ``passed`` of the planned trials succeed.

    Raises:
        ValueError: as ``pass_hat_k``.
    """
    by_task: dict[str, list[Fraction]] = {}
    for count, c in zip(counts, passed, strict=True):
        by_task.setdefault(count.task, []).append(pass_hat_k(c, count.planned, k))
    return [sum(shares, Fraction()) / len(shares) for shares in by_task.values()]


def mean_share(shares: Sequence[Fraction]) -> float:
    """The mean of exact shares, rounded once."""
    return float(sum(shares) / len(shares))


def pass_k_table(counts: Sequence[TaskCount]) -> list[PassK]:
    """Return pass^k for k = 1 up to the smallest number of trials that was planned of a task, each the mean of
    ``pass_hat_k`` over the same tasks, as in ECom-Bench (arXiv 2507.05639, table 2). Without tasks there is nothing to
    average and the list is empty. Several counts of one task, its groups in an ablation, are first averaged to
    that task's share: tasks are what was sampled, groups are not.

    One trial that is not judged leaves every k without value and interval, since neither leaving out its task nor
    its trial keeps the figures comparable; the bounds remain.

    The interval is ``gaffke`` over tasks: it says where the figure may lie with other tasks of the same kind. Of one
    task there is none, since it says nothing of others.
    """
    highest = min((count.planned for count in counts), default=0)
    worst = [task_shares(counts, [count.passed for count in counts], k) for k in range(1, highest + 1)]
    if any(count.judged < count.planned for count in counts):
        most = [count.passed + count.planned - count.judged for count in counts]
        best = [task_shares(counts, most, k) for k in range(1, highest + 1)]
        return [
            PassK(k, value=None, low=None, high=None, worst=mean_share(low), best=mean_share(high))
            for k, (low, high) in enumerate(zip(worst, best, strict=True), 1)
        ]
    table = []
    for k, shares in enumerate(worst, 1):
        low, high = gaffke([float(share) for share in shares]) if len(shares) > 1 else (None, None)
        table.append(PassK(k, mean_share(shares), low, high, worst=mean_share(shares), best=mean_share(shares)))
    return table
