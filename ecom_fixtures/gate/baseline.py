"""The baseline: how often each task was solved before, and what was measured; a small file to be committed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from ecom_fixtures.errors import GateError
from ecom_fixtures.gate.conditions import Conditions
from ecom_fixtures.gate.finished import FinishedRun, Kind, added_up
from ecom_fixtures.runs.files import replace_file
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.values import Model, first_problem

FORMAT: Literal[1] = 1


class BaselineTask(Model):
    """One task: its hash (see `Identity.tasks`), its trials, every one of them judged, and how many of them passed.

    ``wrong`` says in how many trials something was wrong, by kind and name.
    """

    hash: str
    passed: int = Field(ge=0)
    trials: int = Field(ge=1)
    wrong: dict[Kind, dict[str, int]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_a_count(self) -> BaselineTask:
        if self.passed > self.trials:
            raise ValueError(f"{self.passed} of {self.trials} trials can't have passed")
        return self


class Baseline(Model):
    """What a new run is compared with. ``runs`` are the names of those whose trials it holds.

    ``versions`` are {package: version}; where the runs differ, several are apart by commas.
    """

    format: Literal[1] = FORMAT
    agent: str
    conditions: Conditions
    runs: tuple[str, ...]
    versions: dict[str, str]
    tasks: dict[str, BaselineTask] = Field(min_length=1)

    @property
    def counts(self) -> dict[str, TaskCount]:
        return {name: TaskCount(name, task.passed, task.trials, task.trials) for name, task in self.tasks.items()}

    @classmethod
    def of(cls, folders: Sequence[Path]) -> Baseline:
        """Pool the trials of complete runs of one version of an agent.

        Raises:
            GateError: a run isn't fit to be a baseline, stands twice, or was made of or with something else than the
                first; says what.
            JournalError: a file of a run is missing or broken.
        """
        return cls.of_runs([FinishedRun.read(folder) for folder in folders])

    @classmethod
    def of_runs(cls, runs: Sequence[FinishedRun]) -> Baseline:
        """As ``of``, of runs that were read already."""
        parts = [_alone(run) for run in runs]
        for number, part in enumerate(parts):
            _check_together(runs[: number + 1], parts[0], part)
        return cls(
            agent=parts[0].agent,
            conditions=parts[0].conditions,
            runs=tuple(run.manifest.run for run in runs),
            versions=_versions(part.versions for part in parts),
            tasks={name: _pooled([part.tasks[name] for part in parts]) for name in parts[0].tasks},
        )

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Read a baseline file, or make one of the run in a folder.

        Raises:
            GateError: there is no such file or it is no baseline, or as ``of``.
            JournalError: a file of the run is missing or broken.
        """
        if path.is_dir():
            return cls.of([path])
        try:
            data = json.loads(path.read_bytes())
        except OSError as error:
            raise GateError(f"baseline {path}: cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise GateError(
                f"baseline {path}: is no JSON, or only a part of it; make it anew by ecom baseline"
            ) from error
        if not isinstance(data, dict) or "format" not in data:
            raise GateError(f"baseline {path}: is not what ecom baseline or --save-baseline writes")
        if data["format"] != FORMAT:
            raise GateError(
                f"baseline {path}: is of format {data['format']!r}, this version reads {FORMAT}; make it anew"
            )
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise GateError(f"baseline {path}: {first_problem(error, cls)}") from error

    def write(self, path: Path) -> Path:
        """Write the file, sorted and with a line for each task, replacing an older one in one step.

        Raises:
            GateError: it can't be written.
        """
        try:
            return replace_file(path, [self._text()])
        except OSError as error:
            raise GateError(f"baseline {path}: cannot be written ({error.strerror})") from error

    def _text(self) -> str:
        data = self.model_dump(mode="json")
        tasks = sorted(data.pop("tasks").items())
        lines = [f"    {json.dumps(name)}: {json.dumps(_without_empty(task))}" for name, task in tasks]
        head = json.dumps(data, indent=2, sort_keys=True).removesuffix("\n}")
        return f'{head},\n  "tasks": {{\n' + ",\n".join(lines) + "\n  }\n}\n"


def _alone(run: FinishedRun) -> Baseline:
    """The baseline of one run."""
    identity = _fit(run)
    manifest, figures = run.manifest, run.figures
    return Baseline(
        agent=manifest.agent,
        conditions=Conditions.of(manifest.customer, manifest.settings, identity),
        runs=(manifest.run,),
        versions=manifest.versions,
        tasks={
            row.task: BaselineTask(
                hash=identity.tasks[row.task],
                passed=row.passed,
                trials=row.judged,
                wrong=added_up([run.wrong.get(row.task, {})]),
            )
            for row in sorted(figures.tasks, key=lambda row: row.task)
        },
    )


def _fit(run: FinishedRun) -> Identity:
    """The identity of a run that can be a baseline."""
    identity, figures = run.identity, run.figures
    if unknown := [task for task, text in identity.tasks.items() if not text]:
        raise GateError(
            f"{run.folder}: was judged again, but {unknown[0]} has changed since it was played; run it again"
        )
    if any(case.variant for case in run.manifest.cases):
        raise GateError(
            f"{run.folder}: is an ablation (--persona=ablation), whose trials have customers of eight kinds; a "
            "baseline needs a run with each task's own, or with one persona"
        )
    if run.manifest.stopped:
        raise GateError(
            f"{run.folder}: was stopped early (--stop-when-decided), so it says less of some tasks; run it whole"
        )
    if not figures.complete:
        raise GateError(
            f"{run.folder}: {figures.planned - figures.judged:,} of {figures.planned:,} trials are not judged, and "
            f"only a complete run can be a baseline; run them by pytest --resume={shlex.quote(str(run.folder))}"
        )
    if run.crashed == figures.judged:
        raise GateError(
            f"{run.folder}: the agent crashed in every trial, which says nothing of what it can do; look at the run's "
            "report, and run it again"
        )
    return identity


def _check_together(runs: Sequence[FinishedRun], first: Baseline, part: Baseline) -> None:
    """Whether the last of ``runs`` was made of and with what the first was made."""
    run, before = runs[-1], runs[:-1]
    if any((run.manifest.run, run.manifest.created) == (one.manifest.run, one.manifest.created) for one in before):
        raise GateError(f"{run.folder}: run {run.manifest.run} stands twice; each counts once")
    other = [f"agent ({part.agent}, not {first.agent})"] if part.agent != first.agent else []
    other += first.conditions.differences(part.conditions)
    hashes = [{name: task.hash for name, task in one.tasks.items()} for one in (first, part)]
    changed = sorted(name for name in hashes[0].keys() | hashes[1].keys() if hashes[0].get(name) != hashes[1].get(name))
    other += (
        [f"task ({name})" for name in changed[:1]]
        if len(changed) < 2
        else [f"{len(changed)} tasks ({changed[0]}, ...)"]
    )
    if other:
        raise GateError(
            f"{run.folder}: can't be pooled with {before[0].folder}, since it has another {' and another '.join(other)}"
        )


def _pooled(parts: Sequence[BaselineTask]) -> BaselineTask:
    return BaselineTask(
        hash=parts[0].hash,
        passed=sum(part.passed for part in parts),
        trials=sum(part.trials for part in parts),
        wrong=added_up(part.wrong for part in parts),
    )


def _versions(parts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for versions in parts:
        for package, version in versions.items():
            found.setdefault(package, set()).add(version)
    return {package: ", ".join(sorted(found[package])) for package in sorted(found)}


def _without_empty(task: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in task.items() if value or value == 0}
