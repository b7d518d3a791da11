"""What was planned for a run, and with what: manifest.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from ecom_fixtures.dataset.cases import Case, tasks_of
from ecom_fixtures.models.presets import Preset
from ecom_fixtures.runs.files import read_model, write_model
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.values import Model

MANIFEST = "manifest.json"
# What schema 1 kept beside its tasks, and is kept among the settings or the fingerprints since.
OLD_SETTINGS = ("agent", "customer", "count", "concurrency", "seed", "max_turns", "time_limit", "persona", "vision")
OLD_FINGERPRINTS = ("dataset", "policy", "prompts")


class Manifest(Model):
    """What a run was: written when it starts, and again, with how it ended, when it is over.

    ``created`` is ISO 8601 in UTC. ``cases`` are the planned trials in their order; the run is complete when each of
    them is judged. ``groups`` are those of the dataset with their traits, by id, where the run is an ablation.
    ``settings`` are the options' values, ``models`` what they resolved to, by role. ``world`` names the world,
    ``identity`` says with which other runs this one can be compared (None where nobody knows), ``fingerprints``
    (hexadecimal) tell dataset, world, policy and prompts from any others, ``versions`` are {package: version}.
    ``stopped`` says why trials were left out on purpose (--stop-when-decided). ``wall_seconds`` stays None when the run
    was killed.

    ``resumed`` names the run that this one takes up, ``merged`` those that it is put together from, ``rescored`` the
    one whose dialogues were only judged again. ``selected``, of a shard, tells the trials that were selected before
    they were divided from any others.

    A manifest of schema 1 is read as one of this schema; what it didn't keep is missing in settings, models and
    fingerprints.
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
    identity: Identity | None = None
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fingerprints: dict[str, str]
    versions: dict[str, str]
    python: str
    platform: str
    interrupted: bool = False
    stopped: str = ""
    wall_seconds: float | None = None
    resumed: str = ""
    selected: str = ""
    merged: tuple[str, ...] = ()
    rescored: str = ""

    @model_validator(mode="before")
    @classmethod
    def _upgraded(cls, value: Any) -> Any:
        if not isinstance(value, dict) or value.get("schema_version") != 1:
            return value
        old = _Schema1.model_validate(value)
        return {
            **old.model_dump(include=set(cls.model_fields) - {"schema_version"}),
            "world": "shop",
            "settings": old.model_dump(include=set(OLD_SETTINGS)),
            "cases": [Case.of(task, trial, old.seed) for trial in range(1, old.count + 1) for task in old.tasks],
            "fingerprints": {name: getattr(old, f"{name}_hash") for name in OLD_FINGERPRINTS},
        }

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
        """Read ``manifest.json`` of ``folder``, of this schema or an older one.

        Raises:
            JournalError: there is none, or it is of another version.
        """
        return read_model(folder / MANIFEST, cls)


class _Schema1(Model):
    """The manifest of the first releases: ``count`` trials of each of ``tasks``, numbered from 1."""

    schema_version: Literal[1]
    run: str
    created: str
    agent: str
    customer: str
    count: int = Field(ge=1)
    seed: int
    concurrency: int
    processes: int
    max_turns: int
    time_limit: float
    persona: str = ""
    vision: str = ""
    tasks: tuple[str, ...]
    dataset_hash: str
    policy_hash: str
    prompts_hash: str
    versions: dict[str, str]
    python: str
    platform: str
    interrupted: bool = False
    wall_seconds: float | None = None
