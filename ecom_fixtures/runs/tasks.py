"""The tasks of a run as they were played, so that its reports need nothing but its folder: tasks.json."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from ecom_fixtures.dataset.cases import Case, tasks_of
from ecom_fixtures.dataset.tasks import Persona, Task
from ecom_fixtures.runs.files import read_model, write_model
from ecom_fixtures.runs.pictures import keep_pictures
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.values import Model
from ecom_fixtures.worlds.base import Pictured
from ecom_fixtures.worlds.words import Words

TASKS = "tasks.json"


class PlayedTasks(Model):
    """The planned tasks, who their customers are, and how calls and state of their world are put for people.

    ``pictures`` are those that customers may send, {link in a message: name of its file in pictures/}.
    """

    schema_version: Literal[1] = 1
    world: str = ""
    words: Words = Words()
    tasks: tuple[Task, ...] = ()
    personas: tuple[Persona, ...] = ()
    pictures: dict[str, str] = Field(default_factory=dict)

    def task(self, task_id: str) -> Task | None:
        """The task as it was played; None where the run has kept none."""
        return next((task for task in self.tasks if task.id == task_id), None)

    @classmethod
    def of(cls, setup: Setup, cases: Sequence[Case], folder: Path) -> PlayedTasks:
        """The tasks of ``cases``, whose pictures are put into ``folder``."""
        tasks = [setup.dataset.task(task_id) for task_id in tasks_of(cases)]
        rules, pictures = setup.source.rules, {}
        if isinstance(rules, Pictured):
            names = sorted({name for task in tasks for name in task.pictures})
            kept = keep_pictures([setup.dataset.images / name for name in names], folder)
            pictures = {rules.link(name): kept[name] for name in names if name in kept}
        personas = sorted({setup.persona_of(case) for case in cases})
        return cls(
            world=setup.source.name,
            words=setup.source.words,
            tasks=tuple(tasks),
            personas=tuple(setup.dataset.personas[name] for name in personas),
            pictures=pictures,
        )

    def write(self, folder: Path) -> Path:
        """Write ``tasks.json`` into ``folder`` and return its path."""
        return write_model(folder / TASKS, self)

    @classmethod
    def read(cls, folder: Path) -> PlayedTasks:
        """Read ``tasks.json`` of ``folder``; runs of older versions have none, which gives one without tasks.

        Raises:
            JournalError: it is broken, or of another version.
        """
        path = folder / TASKS
        return read_model(path, cls) if path.exists() else cls()
