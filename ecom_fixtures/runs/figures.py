"""Every figure of a run, computed from its journal and manifest alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from ecom_fixtures.evaluation.judgement import FailureClass
from ecom_fixtures.runs.files import JournalError, read_model, write_model
from ecom_fixtures.runs.journal import JOURNAL, read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.statistics.passk import PassK, TaskCount, pass_k_table
from ecom_fixtures.trajectory import Usage
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.values import Model

SUMMARY = "summary.json"

# ``other`` is a failed trial in which no dimension is wrong: a crash, too many turns, nothing to judge.
Dimension = Literal["action", "search", "output", "other"]
DIMENSIONS: tuple[Dimension, ...] = ("action", "search", "output", "other")
Finding = Literal["unconfirmed", "forbidden", "late_searches"]
FINDINGS: tuple[Finding, ...] = ("unconfirmed", "forbidden", "late_searches")


class TaskRow(Model):
    """One task: ``outcomes`` by trial, None where there is no record; ``failed`` counts failed trials by dimension.

    ``seconds`` is the sum over its trials. Of a task without any record only the id is known.
    """

    task: str
    number: int | None
    title: str
    tags: tuple[str, ...]
    passed: int
    judged: int
    planned: int
    outcomes: tuple[Outcome | None, ...]
    failed: dict[Dimension, int]
    seconds: float


class Failures(Model):
    """Failed trials in which a dimension is wrong, and their share of the judged ones (None when none was judged)."""

    trials: int
    rate: float | None


class Conducts(Model):
    """How often one kind of conduct was found, and in how many trials."""

    findings: int
    trials: int


class Figures(Model):
    """What every report of a run shows.

    ``classes`` counts the unsolved trials by failure class. Failures, classes and conduct are of judged trials;
    tokens, calls and seconds of all, since a trial that ended by an error was paid for too. ``missing`` counts
    planned trials without a record. ``complete`` says that every planned trial was judged; else no pass^k has a
    value.
    """

    schema_version: Literal[1] = 1
    run: str
    agent: str
    customer: str
    count: int
    tasks: tuple[TaskRow, ...]
    pass_k: tuple[PassK, ...]
    planned: int
    judged: int
    missing: int
    outcomes: dict[Outcome, int]
    complete: bool
    interrupted: bool
    failures: dict[Dimension, Failures]
    classes: dict[FailureClass, int]
    conduct: dict[Finding, Conducts]
    agent_usage: Usage
    customer_usage: Usage
    wall_seconds: float | None
    trial_seconds: float

    def write(self, folder: Path) -> Path:
        """Write ``summary.json`` into ``folder`` and return its path."""
        return write_model(folder / SUMMARY, self)

    @classmethod
    def read(cls, path: Path) -> Figures:
        """Read a ``summary.json``.

        Raises:
            JournalError: it can't be read or is of another version.
        """
        return read_model(path, cls)


def figures_of(folder: Path) -> Figures:
    """Return the figures of the run whose journal and manifest lie in ``folder``; see ``figures``."""
    return figures(Manifest.read(folder), read_journal(folder / JOURNAL))


def figures(manifest: Manifest, records: Iterable[Record]) -> Figures:
    """Return the figures of a run; the order of ``records`` doesn't matter.

    Raises:
        JournalError: a record is not of a planned trial, or is of one that came before.
    """
    found = _by_task(manifest, records)
    everything = [record for trials in found.values() for record in trials.values()]
    judged = [record for record in everything if record.judged]
    rows = tuple(_row(task, trials, manifest.count) for task, trials in found.items())
    outcomes = Counter(record.outcome for record in everything)
    planned = manifest.count * len(rows)
    return Figures(
        run=manifest.run,
        agent=manifest.agent,
        customer=manifest.customer,
        count=manifest.count,
        tasks=rows,
        pass_k=tuple(pass_k_table([_count(row) for row in rows], manifest.count)),
        planned=planned,
        judged=len(judged),
        missing=planned - len(everything),
        outcomes={outcome: outcomes[outcome] for outcome in Outcome},
        complete=len(judged) == planned,
        interrupted=manifest.interrupted,
        failures=_failures(judged),
        classes=_classes(judged),
        conduct={kind: _conduct(judged, kind) for kind in FINDINGS},
        agent_usage=sum((record.agent_usage for record in everything), Usage()),
        customer_usage=sum((record.customer_usage for record in everything), Usage()),
        wall_seconds=manifest.wall_seconds,
        trial_seconds=sum(record.seconds for record in everything),
    )


def failed_dimensions(record: Record) -> tuple[Dimension, ...]:
    """What a failed trial failed in, at least one; empty for any other outcome."""
    if record.outcome is not Outcome.FAILED:
        return ()
    right = record.verdict.dimensions if record.verdict else {}
    return tuple(name for name in DIMENSIONS if not right.get(name, True)) or ("other",)


def _by_task(manifest: Manifest, records: Iterable[Record]) -> dict[str, dict[int, Record]]:
    """{task: {trial: record}} with every planned task, in the manifest's order."""
    found: dict[str, dict[int, Record]] = {task: {} for task in manifest.tasks}
    for record in records:
        what = f"trial {record.trial} of {record.task}"
        if record.task not in found or not 1 <= record.trial <= manifest.count:
            raise JournalError(f"{what}: the manifest of run {manifest.run} doesn't plan it; is it of another run?")
        if record.trial in found[record.task]:
            raise JournalError(f"{what}: run {manifest.run} has two records of it")
        found[record.task][record.trial] = record
    return found


def _row(task: str, trials: dict[int, Record], count: int) -> TaskRow:
    any_one = next(iter(trials.values()), None)
    ended = {trial: record.outcome for trial, record in trials.items()}
    return TaskRow(
        task=task,
        number=any_one.number if any_one else None,
        title=any_one.title if any_one else "",
        tags=any_one.tags if any_one else (),
        passed=sum(record.passed for record in trials.values()),
        judged=sum(record.judged for record in trials.values()),
        planned=count,
        outcomes=tuple(ended.get(trial) for trial in range(1, count + 1)),
        failed=_failed(trials.values()),
        seconds=sum(record.seconds for record in trials.values()),
    )


def _count(row: TaskRow) -> TaskCount:
    return TaskCount(row.task, row.passed, row.judged, row.planned)


def _failed(records: Iterable[Record]) -> dict[Dimension, int]:
    counts = Counter(name for record in records for name in failed_dimensions(record))
    return {name: counts[name] for name in DIMENSIONS}


def _failures(judged: Sequence[Record]) -> dict[Dimension, Failures]:
    return {
        name: Failures(trials=trials, rate=trials / len(judged) if judged else None)
        for name, trials in _failed(judged).items()
    }


def _classes(judged: Sequence[Record]) -> dict[FailureClass, int]:
    counts = Counter(record.failure.kind for record in judged if record.failure)
    return {kind: counts[kind] for kind in FailureClass}


def _conduct(judged: Sequence[Record], kind: Finding) -> Conducts:
    found = [len(getattr(record.conduct, kind)) for record in judged]
    return Conducts(findings=sum(found), trials=sum(map(bool, found)))
