"""The decision of a new run against a baseline: which tasks are compared, by what terms, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import harmonic_mean

from ecom_fixtures.errors import GateError
from ecom_fixtures.gate.baseline import Baseline
from ecom_fixtures.gate.conditions import Conditions
from ecom_fixtures.gate.finished import FinishedRun, Kind, added_up
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.settings import Settings
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.gate import ALPHA, Decision, decide
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.power import Power, power_against

# Of the new run's tasks, the share that must be compared for the comparison to say something of the run.
LEAST_COMPARED = 1 / 2


@dataclass(frozen=True)
class Terms:
    """What is asked, and how strictly. Drops are shares of 1; see `statistics.gate.decide`.

    ``anyway`` compares also what was made by other conditions. ``smallest_drop`` is the one that is to be noticed.
    """

    alpha: float = ALPHA
    overall: bool = True
    tasks: tuple[str, ...] | None = None
    drift: float = 0.0
    tolerate: float = 0.0
    smallest_drop: float = 0.075
    anyway: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Terms:
        """The terms of a session."""
        return cls(
            drift=settings.drift / 100,
            tolerate=settings.tolerate / 100,
            smallest_drop=settings.smallest_drop / 100,
            anyway=settings.baseline_anyway,
        )


@dataclass(frozen=True)
class Shared:
    """The tasks of a baseline and of a new run. ``changed`` are in both, but not the same; ``added`` are the new run's
    alone, ``not_run`` the baseline's."""

    compared: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    not_run: tuple[str, ...]

    @property
    def enough(self) -> bool:
        planned = len(self.compared) + len(self.changed) + len(self.added)
        return len(self.compared) >= LEAST_COMPARED * planned


@dataclass(frozen=True)
class Shift:
    """How often something was wrong, as shares of the judged trials of the compared tasks."""

    kind: Kind
    name: str
    before: float
    after: float


@dataclass(frozen=True)
class Comparison:
    """A new run against a baseline. ``different`` are the conditions that don't agree, compared all the same."""

    path: Path
    baseline: Baseline
    run: FinishedRun
    terms: Terms
    shared: Shared
    different: tuple[str, ...]
    decision: Decision

    @property
    def ruling(self) -> Ruling:
        """That of the decision; with too few of the tasks nobody can tell."""
        return self.decision.ruling if self.shared.enough else Ruling.CANT_TELL

    @property
    def missing(self) -> int:
        """The new run's planned trials of the compared tasks that were not judged."""
        return sum(row.planned - row.judged for row in self.run.figures.tasks if row.task in self.shared.compared)

    @cached_property
    def trials(self) -> int:
        """Of a task in the new run; the harmonic mean where they differ."""
        return round(harmonic_mean([row.planned for row in self.run.figures.tasks if row.task in self.shared.compared]))

    @cached_property
    def power(self) -> Power | None:
        """What such a gate notices; None where nothing can be said of it."""
        counts = [self.baseline.counts[name] for name in self.shared.compared]
        return power_against(counts, alpha=self.terms.alpha, drift=self.terms.drift, tolerate=self.terms.tolerate)

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """All that was ever wrong in the compared tasks, the largest rise first."""
        rows = [row for row in self.run.figures.tasks if row.task in self.shared.compared]
        tasks = [self.baseline.tasks[row.task] for row in rows]
        before = added_up(task.wrong for task in tasks)
        after = added_up(self.run.wrong.get(row.task, {}) for row in rows)
        trials = sum(task.trials for task in tasks), sum(row.judged for row in rows)
        if not all(trials):
            return ()
        names = {(kind, name) for sums in (before, after) for kind, found in sums.items() for name in found}
        shifts = [
            Shift(
                kind,
                name,
                *(sums.get(kind, {}).get(name, 0) / n for sums, n in zip((before, after), trials, strict=True)),
            )
            for kind, name in sorted(names)
        ]
        return tuple(sorted(shifts, key=lambda shift: shift.before - shift.after))


def check_comparable(
    path: Path, baseline: Baseline, conditions: Conditions, identity: Identity, terms: Terms
) -> Shared:
    """Return which tasks would be compared, before any trial is run.

    Raises:
        GateError: the run was made, or is to be made, by other conditions, or has no task in common with the baseline.
    """
    different = baseline.conditions.differences(conditions)
    if different and not terms.anyway:
        raise GateError(
            f"baseline {path}: can't be compared, since this run has another {' and another '.join(different)}; "
            "save a new baseline, or compare all the same with --baseline-anyway"
        )
    shared = _shared(baseline, identity.tasks)
    if not shared.compared:
        why = "each of its tasks has changed" if shared.changed else "they have no task in common"
        raise GateError(f"baseline {path}: nothing can be compared with this run, since {why}; save a new baseline")
    return shared


def compare(path: Path, baseline: Baseline, run: FinishedRun, terms: Terms) -> Comparison:
    """Decide whether ``run`` is worse than ``baseline``, which came from ``path``.

    Raises:
        GateError: they can't be compared, or ``terms`` ask for a task that isn't.
    """
    conditions = Conditions.of(run.manifest.customer, run.manifest.settings, run.identity)
    shared = check_comparable(path, baseline, conditions, run.identity, terms)
    if unknown := [task for task in terms.tasks or () if task not in shared.compared]:
        raise GateError(f"--ask={unknown[0]}: is no task that both have; ask for overall, or for {shared.compared[0]}")
    before = [baseline.counts[name] for name in shared.compared]
    return Comparison(
        path=path,
        baseline=baseline,
        run=run,
        terms=terms,
        shared=shared,
        different=tuple(baseline.conditions.differences(conditions)),
        decision=_decision(before, _counts(run, shared.compared), terms),
    )


def decide_files(
    run: Path,
    against: Path,
    *,
    alpha: float = ALPHA,
    ask: Sequence[str] = (),
    drift: float = 0.0,
    tolerate: float = 0.0,
    smallest_drop: float = 7.5,
    baseline_anyway: bool = False,
) -> Comparison:
    """Decide from files: the folder of a run, and a baseline file or another run's folder. Drops are in points.

    ``ask`` names what is asked, ``overall`` and tasks; all when nothing is named.

    Raises:
        EcomError: a file can't be read, or as ``compare``.
    """
    terms = Terms(
        alpha=alpha,
        overall=not ask or "overall" in ask,
        tasks=tuple(dict.fromkeys(what for what in ask if what != "overall")) if ask else None,
        drift=drift / 100,
        tolerate=tolerate / 100,
        smallest_drop=smallest_drop / 100,
        anyway=baseline_anyway,
    )
    return compare(against, Baseline.read(against), FinishedRun.read(run), terms)


def _shared(baseline: Baseline, tasks: Mapping[str, str]) -> Shared:
    common = [name for name in tasks if name in baseline.tasks]
    return Shared(
        compared=tuple(name for name in common if tasks[name] == baseline.tasks[name].hash),
        changed=tuple(name for name in common if tasks[name] != baseline.tasks[name].hash),
        added=tuple(name for name in tasks if name not in baseline.tasks),
        not_run=tuple(name for name in baseline.tasks if name not in tasks),
    )


def _counts(run: FinishedRun, tasks: Sequence[str]) -> list[TaskCount]:
    rows = {row.task: row for row in run.figures.tasks}
    return [TaskCount(name, rows[name].passed, rows[name].judged, rows[name].planned) for name in tasks]


def _decision(before: Sequence[TaskCount], after: Sequence[TaskCount], terms: Terms) -> Decision:
    try:
        return decide(
            before,
            after,
            alpha=terms.alpha,
            drift=terms.drift,
            tolerate=terms.tolerate,
            overall=terms.overall,
            tasks=terms.tasks,
        )
    except ValueError as error:
        # The counts are sound; what is left is too fine a lattice.
        raise GateError(f"the gate can't decide: {error}") from error
