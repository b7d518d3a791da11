"""A dataset folder (tasks, personas, policy, shop, pictures) loaded and checked as far as that is cheap."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ecom_fixtures.dataset.files import read_folder
from ecom_fixtures.dataset.tasks import Persona, Task
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.settings import Settings


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


@dataclass(frozen=True)
class Dataset:
    """What stands in a dataset folder. ``tasks`` are in the order of their numbers."""

    folder: Path
    tasks: tuple[Task, ...]

    @classmethod
    def load(cls, folder: Path) -> Dataset:
        """Read the tasks; the rest is read when it is first used.

        Raises:
            DatasetError: a task file is wrong, or two tasks share a number or an id.
        """
        tasks: dict[int, Task] = {}
        for path, task in read_folder(folder / "tasks", Task):
            if path.stem != task.id:
                raise DatasetError(path, "id", f"must be the file's name, {path.stem!r}, got {task.id!r}")
            if twin := tasks.get(task.number):
                raise DatasetError(path, "number", f"{task.number} is also the number of {twin.id}")
            tasks[task.number] = task
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
            for persona in group:
                if persona.id in personas:
                    raise DatasetError(path, "id", f"{persona.id!r} stands twice")
                personas[persona.id] = persona
        return personas

    @cached_property
    def agent_policy(self) -> str:
        return self._text("policy/agent.md")

    @cached_property
    def customer_guide(self) -> str:
        return self._text("policy/customer.md")

    def fingerprint(self, *parts: str) -> str:
        """SHA-256 over names and bytes of all files below ``parts`` (the whole folder when none is given)."""
        digest = hashlib.sha256()
        roots = [self.folder / part for part in parts] or [self.folder]
        files = (file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*"))))
        for file in files:
            if file.is_file():
                digest.update(file.relative_to(self.folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        return digest.hexdigest()

    def _text(self, name: str) -> str:
        path = self.folder / name
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DatasetError(path, "", f"cannot be read ({error})") from error
