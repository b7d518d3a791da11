"""pass^k of a run, with its two intervals, and its bounds where trials are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ecom_fixtures.statistics.gaffke import gaffke
from ecom_fixtures.statistics.intervals import these_tasks
from ecom_fixtures.statistics.passk import TaskCount, mean_share, task_shares


@dataclass(frozen=True)
class PassK:
    """pass^k of one run; every figure is a share between 0 and 1.

    ``value`` is None where a trial of any task is not judged: the truth then lies between ``worst`` (every such trial
    would have failed) and ``best`` (every one would have passed). Else all three are equal.
    ``low`` and ``high`` are the ends of the 95% interval for tasks of this kind, ``these_low`` and ``these_high`` those
    for these tasks; None where there is none (see ``pass_k_table``).
    """

    k: int
    value: float | None
    low: float | None
    high: float | None
    worst: float
    best: float
    these_low: float | None = None
    these_high: float | None = None


def pass_k_table(counts: Sequence[TaskCount]) -> list[PassK]:
    """Return pass^k for k = 1 up to the smallest number of trials that was planned of a task, each the mean of
    ``pass_hat_k`` over the same tasks, as in ECom-Bench (arXiv 2507.05639, table 2). Without tasks there is nothing to
    average and the list is empty. Several counts of one task, its groups in an ablation, are first averaged to
    that task's share: tasks are what was sampled, groups are not.

    One trial that is not judged leaves every k without value and interval, since neither leaving out its task nor
    its trial keeps the figures comparable; the bounds remain.

    The interval for tasks of this kind is ``gaffke`` over tasks: where may the figure lie with other tasks? Of one task
    there is none, since it says nothing of others. The other is ``these_tasks``: where may it lie with other trials?
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
    # Else the mean over counts, which the interval for these tasks is about, isn't that over tasks.
    balanced = len(set(Counter(count.task for count in counts).values())) == 1
    table = []
    for k, shares in enumerate(worst, 1):
        low, high = gaffke([float(share) for share in shares]) if len(shares) > 1 else (None, None)
        share, same = mean_share(shares), these_tasks(counts, k) if balanced else (None, None)
        table.append(PassK(k, share, low, high, share, share, *same))
    return table
