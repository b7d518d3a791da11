"""Judges the trials of a finished run once more, and puts them into a new folder where that is wanted."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.evaluation.judgement import Ruling
from ecom_fixtures.evaluation.truth import Truth, check_task, truth_of
from ecom_fixtures.runs.figures import Figures, figures, figures_of
from ecom_fixtures.runs.identity import UNPLAYED, Identity, identity_of
from ecom_fixtures.runs.journal import JOURNAL, Journal, dump_record, read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.pictures import PICTURES
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.rescore import Otherwise, rescore
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.worlds.base import ProvableSource
from ecom_fixtures.worlds.choice import open_source


@dataclass(frozen=True)
class Rejudged:
    """A trial that is judged otherwise than it was, by outcome, verdict, class of failure or conduct."""

    before: Record
    after: Record


@dataclass(frozen=True)
class Rescoring:
    """What judging a run again has come to.

    ``judged`` counts the trials that were; ``unjudged`` those that say nothing of the agent, and ``gone`` those of
    tasks that the dataset hasn't got any more, by task: both stay as they were. ``otherwise`` are the calls that the
    world answers otherwise today, by trial, ``read`` the number of those that weren't compared (see `Rescored`).
    ``figures`` are those of the run with its trials as they are judged today, ``before`` those that it had.
    """

    manifest: Manifest
    played: PlayedTasks
    dataset: Dataset
    source: ProvableSource
    before: Figures
    figures: Figures
    judged: int
    unjudged: int
    gone: Mapping[str, int]
    changed: tuple[Rejudged, ...]
    otherwise: Mapping[Case, tuple[Otherwise, ...]]
    read: int

    def task(self, task_id: str) -> Task | None:
        """The task as it stands today."""
        return next((task for task in self.dataset.tasks if task.id == task_id), None)

    @property
    def same_dataset(self) -> bool:
        return self.manifest.fingerprints.get("dataset") == self.dataset.fingerprint()


# What of an intent is truth: it is judged by, and neither customer nor agent hears of it.
TRUTH = {"actions", "or_actions", "searches", "answers", "keywords"}
# Of an identity, what is today's in a run that is judged again.
RULES = "judging rules"


def rescore_run(run: Path, dataset: Dataset, out: Path | None = None, by: Ruling = "suite") -> Rescoring:
    """Judge every judged trial of the run in ``run`` by ``dataset``; with ``out``, make a new run's folder of it there.
    ``by`` names the rules.

    Nothing in ``run`` is changed. The new folder lacks its page; `write_page` makes it.

    Raises:
        JournalError: a file of the run is missing or broken.
        SettingsError: the dataset has none of the run's tasks, or ``out`` can't be made or is there already.
        DatasetError: a task of the run can't be solved any more.
    """
    before, manifest = figures_of(run), Manifest.read(run)
    again = _Again(run, manifest, dataset, by)
    if not set(manifest.tasks) & {task.id for task in dataset.tasks}:
        raise SettingsError(f"{dataset.folder} has none of the tasks of {run}; --ecom-dir=DIR names the dataset")
    again.prepare()
    if out:
        _make(out)
        with Journal(out) as journal:
            after = figures(manifest, _keeping(again.records(), journal))
    else:
        after = figures(manifest, again.records())
    rescoring = Rescoring(
        manifest=manifest,
        played=PlayedTasks.read(run),
        dataset=dataset,
        source=again.source,
        before=before,
        figures=after,
        judged=again.judged,
        unjudged=again.unjudged,
        gone=again.gone,
        changed=tuple(again.changed),
        otherwise=again.otherwise,
        read=again.read,
    )
    if out:
        _write(rescoring, run, out)
    return rescoring


@dataclass
class _Again:
    """What adds up while the records are judged again."""

    run: Path
    manifest: Manifest
    dataset: Dataset
    by: Ruling = "suite"
    source: ProvableSource = field(init=False)
    judged: int = 0
    unjudged: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    changed: list[Rejudged] = field(default_factory=list)
    otherwise: dict[Case, tuple[Otherwise, ...]] = field(default_factory=dict)
    read: int = 0
    _truths: dict[str, Truth] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source = open_source(self.dataset)

    def prepare(self) -> None:
        """Find the states that solve the run's tasks, before anything is written."""
        with asyncio.Runner() as runner:
            for task in self.dataset.tasks:
                if task.id in self.manifest.tasks:
                    check_task(task, self.dataset, self.source.rules)
                    self._truths[task.id] = runner.run(truth_of(task, self.dataset, self.source))

    def records(self) -> Iterator[Record]:
        """Every record of the run as it is judged today, in the journal's order; one at a time is in memory."""
        tasks = {task.id: task for task in self.dataset.tasks}
        with asyncio.Runner() as runner:
            for record in read_journal(self.run / JOURNAL):
                task = tasks.get(record.task)
                self.unjudged += not record.judged
                if task is None:
                    self.gone[record.task] += 1
                yield runner.run(self._judge(record)) if task and record.judged else record

    async def _judge(self, record: Record) -> Record:
        by_model = bool(self.manifest.settings.get("vision"))
        again = await rescore(record, self._truths[record.task], by_model=by_model, by=self.by)
        self.judged += 1
        self.read += again.read
        if again.otherwise:
            self.otherwise[record.case] = again.otherwise
        if _said(again.record) != _said(record):
            self.changed.append(Rejudged(record, again.record))
        return again.record


def _said(record: Record) -> tuple[object, ...]:
    return record.outcome, record.verdict, record.failure, record.conduct


def _keeping(records: Iterator[Record], journal: Journal) -> Iterator[Record]:
    for record in records:
        journal.append(dump_record(record))
        yield record


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True)
    except OSError as error:
        raise SettingsError(f"--out={out}: must be a new folder that can be made ({error.strerror})") from error


def _write(rescoring: Rescoring, run: Path, out: Path) -> None:
    """All of the new run's folder but journal and page: its tasks are those by which it was judged."""
    dataset, played = rescoring.dataset, rescoring.played
    judged_by = {"dataset": dataset.fingerprint(), "world": rescoring.source.fingerprint}
    manifest = rescoring.manifest.model_copy(
        update={
            "run": out.name,
            "rescored": rescoring.manifest.run,
            "fingerprints": rescoring.manifest.fingerprints | judged_by,
            "identity": _identity(rescoring),
        }
    )
    manifest.write(out)
    found = (rescoring.task(name) or played.task(name) for name in manifest.tasks)
    tasks = tuple(task for task in found if task)
    played.model_copy(update={"tasks": tasks, "words": rescoring.source.words}).write(out)
    if (run / PICTURES).is_dir():
        shutil.copytree(run / PICTURES, out / PICTURES)
    rescoring.figures.model_copy(update={"run": out.name}).write(out)


def _identity(rescoring: Rescoring) -> Identity | None:
    """With what the trials can be compared as they are judged today; None where the run has none.

    What was played remains the old run's: a task is in it only where all but its truth is as it was played, and the
    world answers every recorded call as it did.
    """
    manifest, dataset, source = rescoring.manifest, rescoring.dataset, rescoring.source
    if manifest.identity is None:
        return None
    agent, persona = next(iter(source.reference_agents().values())), manifest.settings.get("persona", "")
    setup = Setup(dataset, source, agent, Agenda(), persona=persona)
    otherwise = {case.task_id for case in rescoring.otherwise}
    cases = [case for case in manifest.cases if case.task_id not in otherwise and _as_played(rescoring, setup, case)]
    today = asyncio.run(identity_of(setup, cases))
    return Identity(tasks=today.tasks, run=manifest.identity.run | {RULES: today.run[RULES]})


def _as_played(rescoring: Rescoring, setup: Setup, case: Case) -> bool:
    """Whether customer and agent would meet the same task and persona today."""
    today, then = rescoring.task(case.task_id), rescoring.played.task(case.task_id)
    if not today or not then or _heard(today) != _heard(then):
        return False
    met, name = {persona.id: persona for persona in rescoring.played.personas}, setup.persona_of(case)
    return setup.dataset.personas.get(name) == met.get(name)


def _heard(task: Task) -> tuple[object, ...]:
    return (
        task.model_dump(exclude={*UNPLAYED, "tags", "intents"}),
        [(intent.model_dump(exclude=TRUTH), intent.answer_to_proposal) for intent in task.intents],
    )
