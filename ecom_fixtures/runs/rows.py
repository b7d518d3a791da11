"""A run's planned trials in rows: each trial's outcome, each task's trials and what they come to."""

from __future__ import annotations

from typing import Literal, get_args

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.trial.record import JUDGED, Outcome
from ecom_fixtures.values import Model

# ``other`` is a failed trial in which no dimension is wrong: a crash, too many turns, nothing to judge.
Dimension = Literal["action", "search", "output", "other"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class TrialRow(Model):
    """One planned trial: its outcome, None where there is no record, and how many things its verdict finds wrong.

    ``strict``: solved, and nothing was found in the agent's conduct.
    """

    trial: int
    variant: str
    seed: int
    outcome: Outcome | None = None
    wrong: int = 0
    strict: bool = False


class TaskRow(Model):
    """One task and its planned trials in their order; ``failed`` counts failed trials by dimension.

    ``seconds`` is the sum over its trials. Of a task without any record only the id is known.
    """

    task: str
    number: int | None
    title: str
    tags: tuple[str, ...]
    passed: int
    judged: int
    planned: int
    trials: tuple[TrialRow, ...]
    failed: dict[Dimension, int]
    seconds: float

    def case(self, trial: TrialRow) -> Case:
        """Which trial of the run a row is of."""
        return Case(self.task, trial.variant, trial.trial, trial.seed)

    @property
    def counts(self) -> dict[str, TaskCount]:
        """How its trials came out, by group; in any run but an ablation there is one, named by empty text."""
        return self._counts(strict=False)

    @property
    def strict_counts(self) -> dict[str, TaskCount]:
        """The same, where only what was solved in order counts as solved."""
        return self._counts(strict=True)

    def _counts(self, *, strict: bool) -> dict[str, TaskCount]:
        groups: dict[str, list[TrialRow]] = {}
        for trial in self.trials:
            groups.setdefault(trial.variant, []).append(trial)
        return {
            group: TaskCount(
                self.task,
                sum(row.strict if strict else row.outcome is Outcome.PASSED for row in rows),
                sum(row.outcome in JUDGED for row in rows),
                len(rows),
            )
            for group, rows in groups.items()
        }

    @property
    def clearest(self) -> TrialRow | None:
        """The unsolved trial that is soonest understood: in which the fewest things went wrong."""
        unsolved = [row for row in self.trials if row.outcome is Outcome.FAILED]
        return min(unsolved, key=lambda row: row.wrong or 1_000_000, default=None)
