"""A dataset folder (tasks, personas, policy, shop, pictures) loaded and checked as far as that is cheap."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ecom_fixtures.dataset.files import plain_files, read_bytes, read_folder, read_text, wrong_value
from ecom_fixtures.dataset.tasks import Persona, Task
from ecom_fixtures.settings import Settings

# What a dataset consists of; what else may lie beside these is no part of it.
PARTS = ("images", "personas", "policy", "shop", "tasks")


def default_folder() -> Path:
    """The built-in dataset: inside the installed package, or data/en of the checkout."""
    package = Path(__file__).parents[1]
    packed = package / "data" / "en"
    return packed if packed.is_dir() else package.parent / "data" / "en"


def load_dataset(settings: Settings) -> Dataset:
    """The dataset that was chosen.

    Raises:
        DatasetError: a task file is wrong.
    """
    return Dataset.load(settings.root / settings.ecom_dir if settings.ecom_dir else default_folder())


def dataset_files(folder: Path, parts: Sequence[str] = PARTS) -> list[Path]:
    """Return all files of the dataset in ``folder``, or of ``parts`` of it, in the order of ``parts``.

    Raises:
        DatasetError: a link, a pipe or the like is among them, or a file is too large.
    """
    paths = [folder / part for part in parts]
    return [file for path in paths if os.path.lexists(path) for file in plain_files(path)]


@dataclass(frozen=True)
class Dataset:
    """What stands in a dataset folder. ``tasks`` are in the order of their numbers."""

    folder: Path
    tasks: tuple[Task, ...]

    @classmethod
    def load(cls, folder: Path) -> Dataset:
        """Read the tasks; of the rest only what kinds of files there are. It is read when it is first used.

        Raises:
            DatasetError: a task file is wrong, two tasks share a number or an id, or ``dataset_files`` refuses a file.
        """
        tasks: dict[int, Task] = {}
        for path, task in read_folder(folder / "tasks", Task):
            if path.stem != task.id:
                raise wrong_value(path, ("id",), f"must be the file's name, {path.stem!r}, got {task.id!r}")
            if twin := tasks.get(task.number):
                raise wrong_value(path, ("number",), f"{task.number} is also the number of {twin.id}")
            tasks[task.number] = task
        dataset_files(folder)
        return cls(folder, tuple(tasks[number] for number in sorted(tasks)))

    @property
    def images(self) -> Path:
        return self.folder / "images"

    def task(self, task_id: str) -> Task:
        return next(task for task in self.tasks if task.id == task_id)

    def task_file(self, task: Task) -> Path:
        return self.folder / "tasks" / f"{task.id}.yaml"

    @cached_property
    def personas(self) -> Mapping[str, Persona]:
        """All personas by id."""
        personas: dict[str, Persona] = {}
        for path, group in read_folder(self.folder / "personas", list[Persona]):
            for index, persona in enumerate(group):
                if persona.id in personas:
                    raise wrong_value(path, (index, "id"), f"{persona.id!r} stands twice")
                personas[persona.id] = persona
        return personas

    @cached_property
    def agent_policy(self) -> str:
        return read_text(self.folder / "policy" / "agent.md")

    @cached_property
    def customer_guide(self) -> str:
        return read_text(self.folder / "policy" / "customer.md")

    def fingerprint(self, *parts: str) -> str:
        """SHA-256 over names and bytes of all files below ``parts`` (all parts when none is given)."""
        digest = hashlib.sha256()
        for file in dataset_files(self.folder, parts or PARTS):
            name = os.fsencode(file.relative_to(self.folder).as_posix())
            digest.update(name + b"\0" + read_bytes(file) + b"\0")
        return digest.hexdigest()
