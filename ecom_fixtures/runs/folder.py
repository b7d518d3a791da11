"""One run as the controlling process sees it: its folder, manifest, tasks, journal and final figures."""

from __future__ import annotations

import platform
import re
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ecom_fixtures.dataset.ablation import ablation_groups
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.runs.figures import Figures, figures_of
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.runs.journal import Journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.resume import Earlier
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.settings import Settings
from ecom_fixtures.trial.setup import Setup

PACKAGES = ("ecom-fixtures", "pytest", "pytest-xdist", "langgraph", "openai", "mcp", "pillow", "pydantic", "sqlmodel")


class Run:
    """Opened when the first trial is about to start, closed when the session ends.

    ``earlier`` is the run that it takes up, whose judged trials become its own; ``selected`` see `Manifest`.

    Raises:
        SettingsError: the folder can't be made or written.
    """

    def __init__(
        self,
        setup: Setup,
        settings: Settings,
        cases: Sequence[Case],
        identity: Identity,
        *,
        processes: int,
        selected: str = "",
        earlier: Earlier | None = None,
    ) -> None:
        self._clock = time.perf_counter()
        try:
            self.folder = new_folder(settings.root / settings.ecom_reports, setup.agent.name)
            self.journal = Journal(self.folder)
            self.manifest = manifest_of(setup, settings, cases, identity).model_copy(
                update={
                    "run": self.folder.name,
                    "processes": processes,
                    "selected": selected,
                    "resumed": earlier.manifest.run if earlier else "",
                }
            )
            self.manifest.write(self.folder)
            PlayedTasks.of(setup, cases, self.folder).write(self.folder)
            for record in earlier.lines() if earlier else ():
                self.journal.append(record)
        except OSError as error:
            where = f"--ecom-reports={settings.ecom_reports}"
            raise SettingsError(f"{where}: can't be written ({error.strerror})") from error

    def close(self, *, interrupted: bool, stopped: str = "") -> Figures:
        """Complete the manifest, compute the figures from the journal and write summary.json."""
        self.journal.close()
        wall = round(time.perf_counter() - self._clock, 3)
        ended = {"interrupted": interrupted, "stopped": stopped, "wall_seconds": wall}
        self.manifest = self.manifest.model_copy(update=ended)
        self.manifest.write(self.folder)
        figures = figures_of(self.folder)
        figures.write(self.folder)
        return figures


def new_folder(reports: Path, agent: str) -> Path:
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


def manifest_of(
    setup: Setup, settings: Settings, cases: Sequence[Case] = (), identity: Identity | None = None
) -> Manifest:
    """The manifest of a run of ``cases`` in this process, before it has a folder."""
    dataset = setup.dataset
    return Manifest(
        run="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        agent=setup.agent.name,
        customer=setup.customer.name,
        world=setup.source.name,
        # Where the project lies is nobody's business who reads a run.
        settings={key: value for key, value in asdict(settings).items() if key != "root"},
        models=dict(setup.models),
        processes=1,
        cases=tuple(cases),
        identity=identity,
        groups=dict(ablation_groups(dataset)) if setup.persona == "ablation" else {},
        fingerprints={
            "dataset": dataset.fingerprint(),
            "world": setup.source.fingerprint,
            "policy": dataset.fingerprint("policy/agent.md"),
            "prompts": dataset.fingerprint("policy", "personas"),
        },
        versions={package: _version(package) for package in PACKAGES},
        python=platform.python_version(),
        platform=platform.platform(),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
