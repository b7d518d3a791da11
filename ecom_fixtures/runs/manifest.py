"""What was planned for a run, and with what: manifest.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from ecom_fixtures.dataset.cases import Case, tasks_of
from ecom_fixtures.models.presets import Preset
from ecom_fixtures.runs.files import read_model, write_model
from ecom_fixtures.values import Model

MANIFEST = "manifest.json"


class Manifest(Model):
    """What a run was: written when it starts, and again, with how it ended, when it is over.

    ``created`` is ISO 8601 in UTC. ``cases`` are the planned trials in their order; the run is complete when each of
    them is judged. ``settings`` are the options' values, ``models`` what they resolved to, by role. ``world`` names the
    world, ``fingerprints`` (hexadecimal) tell dataset, world, policy and prompts from any others, ``versions`` are
    {package: version}. ``wall_seconds`` stays None when the run was killed.
    """

    schema_version: Literal[2] = 2
    run: str
    created: str
    agent: str
    customer: str
    world: str
    settings: dict[str, Any]
    models: dict[str, Preset] = Field(default_factory=dict)
    processes: int = Field(ge=1)
    cases: tuple[Case, ...]
    fingerprints: dict[str, str]
    versions: dict[str, str]
    python: str
    platform: str
    interrupted: bool = False
    wall_seconds: float | None = None

    @field_validator("cases")
    @classmethod
    def _unique(cls, cases: tuple[Case, ...]) -> tuple[Case, ...]:
        if len(set(cases)) < len(cases):
            raise ValueError("cases must differ")
        return cases

    @property
    def tasks(self) -> tuple[str, ...]:
        """The ids of the planned tasks, in their order."""
        return tasks_of(self.cases)

    @property
    def count(self) -> int:
        """How many trials of each task the run was asked for; a selection may hold fewer of them."""
        count: int = self.settings["count"]
        return count

    def write(self, folder: Path) -> Path:
        """Write ``manifest.json`` into ``folder``, replacing an older one in one step, and return its path."""
        return write_model(folder / MANIFEST, self)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read ``manifest.json`` of ``folder``.

        Raises:
            JournalError: there is none, or it is of another version.
        """
        return read_model(folder / MANIFEST, cls)
