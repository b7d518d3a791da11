"""Every figure of a run, computed from its journal and manifest alone, one record at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.evaluation.judgement import FailureClass, Verdict
from ecom_fixtures.runs.ablation import GroupRow, TraitRow, cells_of, group_rows, trait_rows
from ecom_fixtures.runs.files import JournalError, read_model, write_model
from ecom_fixtures.runs.journal import JOURNAL, read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.rows import DIMENSIONS, Dimension, TaskRow, TrialRow
from ecom_fixtures.runs.spending import Spending, Spent
from ecom_fixtures.statistics.table import PassK, pass_k_table
from ecom_fixtures.trajectory import Role
from ecom_fixtures.trial.record import JUDGED, SCHEMA, Outcome, Record
from ecom_fixtures.values import Model

SUMMARY = "summary.json"
# The first schema of a journal that has the calls of models.
WITH_CALLS = 2

Finding = Literal["unconfirmed", "defied", "forbidden", "late_searches", "foreign_reads", "ungrounded"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)


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

    ``pass_k`` goes up to the smallest number of trials that was planned of a task, in an ablation of a task's group,
    over which a task's figure is the mean; ``strict_pass_k`` is the same of trials that were solved in order.
    ``groups`` and ``traits`` are an ablation's own; see
    `ecom_fixtures.runs.ablation`. ``classes`` counts the unsolved trials by failure class. Failures, classes and
    conduct are of judged trials; ``spent`` and seconds of all, since a trial that ended by an error was paid for too.
    ``missing`` counts planned trials without a record. ``complete`` says that every planned trial was judged; else no
    pass^k has a value. ``journal_schema`` is that of the oldest record.
    """

    schema_version: Literal[2] = 2
    run: str
    agent: str
    customer: str
    tasks: tuple[TaskRow, ...]
    pass_k: tuple[PassK, ...]
    strict_pass_k: tuple[PassK, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    traits: tuple[TraitRow, ...] = ()
    planned: int
    judged: int
    missing: int
    outcomes: dict[Outcome, int]
    complete: bool
    interrupted: bool
    failures: dict[Dimension, Failures]
    classes: dict[FailureClass, int]
    conduct: dict[Finding, Conducts]
    spent: dict[Role, Spent]
    wall_seconds: float | None
    trial_seconds: float
    journal_schema: int

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
    """Return the figures of a run. Of ``records``, in whatever order, one at a time is looked at, and none is kept.

    Raises:
        JournalError: a record is not of a planned trial, or is of one that came before.
    """
    sums = _Sums(manifest)
    for record in records:
        sums.add(record)
    rows = sums.rows()
    cells, strict = cells_of(row.counts for row in rows), cells_of(row.strict_counts for row in rows)
    judged = sum(row.judged for row in rows)
    planned = sum(row.planned for row in rows)
    return Figures(
        run=manifest.run,
        agent=manifest.agent,
        customer=manifest.customer,
        tasks=rows,
        pass_k=tuple(pass_k_table([count for counts in cells.values() for count in counts])),
        strict_pass_k=tuple(pass_k_table([count for counts in strict.values() for count in counts])),
        groups=group_rows(manifest.groups, cells),
        traits=trait_rows(manifest.groups, cells),
        planned=planned,
        judged=judged,
        missing=planned - sum(sums.outcomes.values()),
        outcomes={outcome: sums.outcomes[outcome] for outcome in Outcome},
        complete=judged == planned,
        interrupted=manifest.interrupted,
        failures={
            name: Failures(trials=trials, rate=trials / judged if judged else None)
            for name in DIMENSIONS
            for trials in [sum(row.failed[name] for row in rows)]
        },
        classes={kind: sums.classes[kind] for kind in FailureClass},
        conduct={kind: Conducts(findings=sums.findings[kind], trials=sums.trials[kind]) for kind in FINDINGS},
        spent=sums.spent(),
        wall_seconds=manifest.wall_seconds,
        trial_seconds=sum(row.seconds for row in rows),
        journal_schema=sums.schema,
    )


def failed_dimensions(record: Record) -> tuple[Dimension, ...]:
    """What a failed trial failed in, at least one; empty for any other outcome."""
    if record.outcome is not Outcome.FAILED:
        return ()
    right = record.verdict.dimensions if record.verdict else {}
    return tuple(name for name in DIMENSIONS if not right.get(name, True)) or ("other",)


@dataclass(frozen=True, slots=True)
class _Ended:
    """What is kept of a record: a few numbers."""

    row: TrialRow
    failed: tuple[Dimension, ...]
    seconds: float


@dataclass
class _Sums:
    """What adds up over the records of a run."""

    manifest: Manifest
    ended: dict[Case, _Ended | None] = field(init=False)
    tasks: dict[str, tuple[int, str, tuple[str, ...]]] = field(default_factory=dict)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    classes: Counter[FailureClass] = field(default_factory=Counter)
    findings: Counter[Finding] = field(default_factory=Counter)
    trials: Counter[Finding] = field(default_factory=Counter)
    spending: Spending = field(default_factory=Spending)
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        self.ended = dict.fromkeys(self.manifest.cases)

    def add(self, record: Record) -> None:
        case = record.case
        what = f"trial {record.trial} of {record.task}"
        if case not in self.ended:
            raise JournalError(
                f"{what}: the manifest of run {self.manifest.run} doesn't plan it; is it of another run?"
            )
        if self.ended[case]:
            raise JournalError(f"{what}: run {self.manifest.run} has two records of it")
        self.ended[case] = _Ended(
            _row(case, record.outcome, _wrong(record.verdict), strict=record.strict),
            failed_dimensions(record),
            record.seconds,
        )
        self.tasks.setdefault(record.task, (record.number, record.title, record.tags))
        self.outcomes[record.outcome] += 1
        self.schema = min(self.schema, record.schema_version)
        self.spending.add(record)
        if record.judged:
            self._judge(record)

    def _judge(self, record: Record) -> None:
        if record.failure:
            self.classes[record.failure.kind] += 1
        for kind in FINDINGS:
            found = len(getattr(record.conduct, kind))
            self.findings[kind] += found
            self.trials[kind] += bool(found)

    def spent(self) -> dict[Role, Spent]:
        found = {role: self.spending.of(role) for role in get_args(Role)}
        if self.schema < WITH_CALLS and self.manifest.settings.get("vision"):
            found["vision"] = Spent(calls=None, input_tokens=None, output_tokens=None)
        return found

    def rows(self) -> tuple[TaskRow, ...]:
        planned: dict[str, list[Case]] = {task: [] for task in self.manifest.tasks}
        for case in self.ended:
            planned[case.task_id].append(case)
        return tuple(self._row(task, cases) for task, cases in planned.items())

    def _row(self, task: str, cases: list[Case]) -> TaskRow:
        number, title, tags = self.tasks.get(task, (None, "", ()))
        ended = [one for case in cases if (one := self.ended[case])]
        counts = Counter(name for one in ended for name in one.failed)
        return TaskRow(
            task=task,
            number=number,
            title=title,
            tags=tags,
            passed=sum(one.row.outcome is Outcome.PASSED for one in ended),
            judged=sum(one.row.outcome in JUDGED for one in ended),
            planned=len(cases),
            trials=tuple(one.row if (one := self.ended[case]) else _row(case) for case in cases),
            failed={name: counts[name] for name in DIMENSIONS},
            seconds=round(sum(one.seconds for one in ended), 3),
        )


def _row(case: Case, outcome: Outcome | None = None, wrong: int = 0, *, strict: bool = False) -> TrialRow:
    return TrialRow(trial=case.trial, variant=case.variant, seed=case.seed, outcome=outcome, wrong=wrong, strict=strict)


def _wrong(verdict: Verdict | None) -> int:
    return len(verdict.evidence) if verdict else 0
