"""What may be said of several runs: who could be best, who beats whom, which tasks separate them, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean, pvariance

from ecom_fixtures.comparison.runs import PICTURED, Run, Shared, read_runs
from ecom_fixtures.comparison.settings import Settings, settings_of
from ecom_fixtures.statistics.comparison import HeadToHead, could_be_best, head_to_head

# A difference counts as one where the adjusted p is at most this.
LEVEL = 0.05


@dataclass(frozen=True)
class Comparison:
    """Runs over the tasks that they share, the best first and the incomplete last.

    ``best`` names the runs of which it can't be said that another is better, ``pairs`` compares every two; the
    incomplete runs are in neither. ``settings`` has its values in the order of ``runs``.
    """

    runs: tuple[Run, ...]
    shared: Shared
    best: tuple[str, ...]
    pairs: tuple[HeadToHead, ...]
    settings: Settings

    @property
    def tested(self) -> tuple[Run, ...]:
        """The complete runs."""
        return tuple(run for run in self.runs if run.complete)

    @property
    def highest_k(self) -> int:
        return max(len(run.figures.pass_k) for run in self.runs)

    @property
    def pictured(self) -> int:
        """How many of the tasks have pictures."""
        return sum(any(PICTURED in run.rows[task].tags for run in self.runs) for task in self.shared.tasks)

    @cached_property
    def against(self) -> dict[tuple[str, str], HeadToHead]:
        """Every pair by the names of both runs, once in each order."""
        turned = [
            HeadToHead(
                pair.second,
                pair.first,
                -pair.difference,
                pair.interval and (-pair.interval[1], -pair.interval[0]),
                pair.p,
                pair.adjusted,
            )
            for pair in self.pairs
        ]
        return {(pair.first, pair.second): pair for pair in (*self.pairs, *turned)}

    @property
    def separating(self) -> list[str]:
        """The tasks, first those in which the runs differ most (by the variance of the shares that they solved)."""

        def key(task: str) -> tuple[float, float, str]:
            shares = [run.shares[task] for run in self.tested or self.runs]
            return -round(pvariance(shares), 9), -fmean(shares), task

        return sorted(self.shared.tasks, key=key)


def compare(folders: Sequence[Path]) -> Comparison:
    """Compare the runs in ``folders``.

    Raises:
        ComparisonError: they can't be compared; see ``read_runs``.
        JournalError: a file of a run is missing or broken.
    """
    found, shared = read_runs(folders)
    runs = tuple(sorted(found, key=lambda run: (not run.complete, -run.figures.pass_k[0].worst, run.name)))
    shares = {run.name: run.shares for run in runs if run.complete}
    return Comparison(
        runs=runs,
        shared=shared,
        best=could_be_best(shares),
        pairs=head_to_head(shares),
        settings=settings_of(runs),
    )
