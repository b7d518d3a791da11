"""The runs that are compared: read from their folders, cut down to the tasks that all have, told apart by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import EcomError
from ecom_fixtures.reporting.transcript import visible
from ecom_fixtures.runs.figures import Figures, figures
from ecom_fixtures.runs.identity import UNPLAYED
from ecom_fixtures.runs.journal import JOURNAL, read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.rows import TaskRow
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trial.record import Outcome

# The tag of tasks whose customer sends a picture.
PICTURED = "multimodal"

# What may tell two runs of one agent apart, the likeliest first.
TELLING: Mapping[str, Callable[[Manifest], str]] = {
    "customer": lambda run: run.customer,
    "persona": lambda run: str(run.settings.get("persona") or "each task's own"),
    "pictures": lambda run: str(run.settings.get("vision") or "as texts"),
    "model": lambda run: run.models["agent"].model if "agent" in run.models else "",
    "turns": lambda run: str(run.settings.get("max_turns")),
    "time limit": lambda run: f"{run.settings.get('time_limit')} s",
    "version": lambda run: run.versions.get("ecom-fixtures", ""),
    "seed": lambda run: str(run.settings.get("seed")),
    "trials": lambda run: str(run.settings.get("count")),
}


class ComparisonError(EcomError):
    """These runs can't be compared, or the comparison can't be written where it is wanted."""


@dataclass(frozen=True)
class Run:
    """One run under the name by which it is told from the others. ``figures`` are those of the compared tasks alone."""

    name: str
    manifest: Manifest
    figures: Figures

    @property
    def complete(self) -> bool:
        return self.figures.complete

    @property
    def solved(self) -> int:
        return self.figures.outcomes[Outcome.PASSED]

    @cached_property
    def shares(self) -> dict[str, float]:
        """Of each task, the share of its planned trials that were solved."""
        return {row.task: row.passed / row.planned for row in self.figures.tasks}

    def pass_1(self, pictured: bool) -> float | None:
        """pass^1 of the tasks with pictures, or of those without; None of none and of an incomplete run."""
        rows = [row for row in self.figures.tasks if (PICTURED in row.tags) == pictured]
        return sum(row.passed / row.planned for row in rows) / len(rows) if rows and self.complete else None

    @cached_property
    def rows(self) -> dict[str, TaskRow]:
        """The run's tasks by id."""
        return {row.task: row for row in self.figures.tasks}


@dataclass(frozen=True)
class Shared:
    """The tasks that are compared, and those that are left out: ``lacking`` are not in every run, ``changed`` are not
    the same task in all of them."""

    tasks: tuple[str, ...]
    lacking: tuple[str, ...]
    changed: tuple[str, ...]


def read_runs(folders: Sequence[Path]) -> tuple[tuple[Run, ...], Shared]:
    """Read the runs in ``folders``, in that order, and the tasks that they share.

    Raises:
        ComparisonError: there are fewer than two, one is given twice, or they have no task in common.
        JournalError: a file of a run is missing or broken.
    """
    if len(folders) < 2:
        raise ComparisonError("a comparison needs at least two runs: give their folders, one after the other")
    where = Counter(folder.resolve() for folder in folders)
    if twice := next((folder for folder in folders if where[folder.resolve()] > 1), None):
        raise ComparisonError(f"{twice}: is given twice; a run can't be compared with itself")
    manifests = [Manifest.read(folder) for folder in folders]
    shared = shared_tasks(manifests, [PlayedTasks.read(folder) for folder in folders])
    if not shared.tasks:
        raise ComparisonError("the runs have no task in common, so there is nothing to compare")
    kept = [_cut(folder, manifest, shared.tasks) for folder, manifest in zip(folders, manifests, strict=True)]
    parts = zip(names_of(manifests), manifests, kept, strict=True)
    return tuple(Run(name, manifest, numbers) for name, manifest, numbers in parts), shared


def shared_tasks(manifests: Sequence[Manifest], played: Sequence[PlayedTasks]) -> Shared:
    """Which tasks every run has planned, and played as the same task, in the order of the first run."""
    planned = [set(manifest.tasks) for manifest in manifests]
    everywhere = set.intersection(*planned)
    versions = {task: {_measured(found) for one in played if (found := one.task(task))} for task in everywhere}
    return Shared(
        tasks=tuple(task for task in manifests[0].tasks if task in everywhere and len(versions[task]) < 2),
        lacking=tuple(sorted(set.union(*planned) - everywhere)),
        changed=tuple(sorted(task for task in everywhere if len(versions[task]) > 1)),
    )


def names_of(manifests: Sequence[Manifest]) -> list[str]:
    """A name for each run: its agent; where several share one, with what tells them apart; else the run's
    own. One line each, in which no character hides."""
    names = [manifest.agent for manifest in manifests]
    for agent, times in Counter(names).items():
        if times > 1:
            group = [at for at, manifest in enumerate(manifests) if manifest.agent == agent]
            for at, telling in zip(group, _telling([manifests[at] for at in group]), strict=True):
                names[at] = f"{agent} ({telling})"
    names = [" ".join(visible(name).split()) for name in names]
    twice = {name for name, times in Counter(names).items() if times > 1}
    return [f"{name}, {n}" if name in twice else name for n, name in enumerate(names, 1)]


def _telling(manifests: Sequence[Manifest]) -> list[str]:
    """What tells runs of one agent apart: the first setting that is another in each, or all that differ together."""
    values = {name: [of(manifest) for manifest in manifests] for name, of in TELLING.items()}
    differing = {name: texts for name, texts in values.items() if len(set(texts)) > 1}
    alone = [name for name, texts in differing.items() if len(set(texts)) == len(manifests)]
    used = alone[:1] or list(differing)
    told = [", ".join(f"{name} {differing[name][at]}" for name in used) for at in range(len(manifests))]
    return told if len(set(told)) == len(manifests) else [manifest.run for manifest in manifests]


def _cut(folder: Path, manifest: Manifest, tasks: Sequence[str]) -> Figures:
    """The figures of these tasks of a run."""
    left_out = set(manifest.tasks) - set(tasks)
    plan = manifest.model_copy(update={"cases": tuple(case for case in manifest.cases if case.task_id not in left_out)})
    return figures(plan, (record for record in read_journal(folder / JOURNAL) if record.task not in left_out))


def _measured(task: Task) -> str:
    return task.model_dump_json(exclude=UNPLAYED)
