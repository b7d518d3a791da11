"""pass^k of one task, from the counts of its trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb


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
