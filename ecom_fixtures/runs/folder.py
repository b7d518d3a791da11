"""One benchmark run as the controlling process sees it: its folder, journal, manifest and final figures."""

from __future__ import annotations

import platform
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from ecom_fixtures.errors import SettingsError

if TYPE_CHECKING:
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.runs.figures import Figures
    from ecom_fixtures.runs.journal import Manifest
    from ecom_fixtures.trial.trial import World

PACKAGES = ("ecom-fixtures", "pytest", "pytest-xdist", "langgraph", "openai", "mcp", "pydantic", "sqlmodel")


class Run:
    """Opened when the first trial is about to start, closed when the session ends.

    Raises:
        SettingsError: the folder can't be made or written.
    """

    def __init__(
        self,
        reports: Path,
        world: World,
        tasks: Sequence[Task],
        *,
        count: int,
        seed: int,
        concurrency: int,
        processes: int,
        vision: str = "",
    ) -> None:
        from ecom_fixtures.runs.journal import Journal

        self._clock = time.perf_counter()
        try:
            self.folder = _new_folder(reports, world.agent.name)
            self.journal = Journal(self.folder)
            manifest = _manifest(self.folder.name, world, tasks, count, seed, concurrency, processes)
            self.manifest = manifest.model_copy(update={"vision": vision})
            self.manifest.write(self.folder)
        except OSError as error:
            raise SettingsError(f"--ecom-reports={reports}: can't be written ({error.strerror})") from error

    def plan(self, task_ids: Sequence[str]) -> None:
        """Correct the planned tasks, once a worker has told which of its tests run trials."""
        tasks = tuple(task for task in self.manifest.tasks if task in set(task_ids))
        if tasks != self.manifest.tasks:
            self.manifest = self.manifest.model_copy(update={"tasks": tasks})
            self.manifest.write(self.folder)

    def close(self, *, interrupted: bool) -> Figures:
        """Complete the manifest, compute the figures from the journal and write summary.json."""
        from ecom_fixtures.runs.figures import figures_of

        self.journal.close()
        wall = round(time.perf_counter() - self._clock, 3)
        self.manifest = self.manifest.model_copy(update={"interrupted": interrupted, "wall_seconds": wall})
        self.manifest.write(self.folder)
        figures = figures_of(self.folder)
        figures.write(self.folder)
        return figures


def _new_folder(reports: Path, agent: str) -> Path:
    """A folder of its own, named by time and agent: 20261122-210905-oracle."""
    name = re.sub(r"[^\w.]+", "-", agent).strip("-")[:60]
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{name}"
    reports.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        folder = reports / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(17, "a thousand runs within a second", str(reports))


def _manifest(
    name: str, world: World, tasks: Sequence[Task], count: int, seed: int, concurrency: int, processes: int
) -> Manifest:
    from ecom_fixtures.runs.journal import Manifest

    return Manifest(
        run=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        agent=world.agent.name,
        customer=world.customer.name,
        count=count,
        seed=seed,
        concurrency=concurrency,
        processes=processes,
        max_turns=world.max_turns,
        time_limit=world.time_limit,
        persona=world.persona,
        tasks=tuple(task.id for task in tasks),
        dataset_hash=world.dataset.fingerprint(),
        policy_hash=world.dataset.fingerprint("policy/agent.md"),
        prompts_hash=world.dataset.fingerprint("policy", "personas"),
        versions={package: _version(package) for package in PACKAGES},
        python=platform.python_version(),
        platform=platform.platform(),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
