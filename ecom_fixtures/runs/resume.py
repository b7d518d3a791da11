"""Taking up a run again: what it still needs, what is carried over, and whether it can be gone on with at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.runs.alike import DECIDING, differences
from ecom_fixtures.runs.figures import figures_of
from ecom_fixtures.runs.journal import JOURNAL, Index
from ecom_fixtures.runs.manifest import MANIFEST, Manifest
from ecom_fixtures.settings import Settings
from ecom_fixtures.trial.record import JUDGED


@dataclass(frozen=True)
class Earlier:
    """A run that is to be taken up. Its folder is only read."""

    folder: Path
    manifest: Manifest

    @classmethod
    def find(cls, settings: Settings) -> Earlier:
        """The run of ``--resume``: a folder, the name of one among the reports, or the folder that holds only one run.

        Raises:
            SettingsError: there is none, or several.
            JournalError: its manifest is broken.
        """
        places = (Path(settings.resume), settings.root / settings.ecom_reports / settings.resume)
        inside = [f"{depth}{MANIFEST}" for depth in ("", "*/")]
        found = next((runs for place in places for each in inside if (runs := sorted(place.glob(each)))), [])
        if len(found) != 1:
            here = f"holds {len(found)} runs, the latest is {found[-1].parent.name}" if found else "no such run"
            raise SettingsError(
                f"--resume={settings.resume}: {here}; give a run's folder, or its name under {settings.ecom_reports}/"
            )
        return cls(found[0].parent, Manifest.read(found[0].parent))

    @cached_property
    def left(self) -> frozenset[Case]:
        """The planned trials that have no record, or one that says nothing about the agent.

        Raises:
            JournalError: the journal is missing or broken.
        """
        rows = [(task, row) for task in figures_of(self.folder).tasks for row in task.trials]
        return frozenset(task.case(row) for task, row in rows if row.outcome not in JUDGED)

    @property
    def carried(self) -> int:
        """How many trials are judged, and needn't be run again."""
        return len(self.manifest.cases) - len(self.left)

    def lines(self) -> Iterator[str]:
        """The records of the judged trials, as they stand in the journal."""
        index = Index(self.folder / JOURNAL)
        return index.lines(case for case in index if case not in self.left)

    def settings(self, now: Settings, given: Mapping[str, Any]) -> Settings:
        """``now`` with all that decides plan and verdicts as the run has it; ``given`` are options of the command line.

        Raises:
            SettingsError: one that is given asks for something else.
        """
        kept = {name: self.manifest.settings[name] for name in (*DECIDING, "shard") if name in self.manifest.settings}
        for name, value in kept.items():
            # Which customer is the default follows from the agent, so that giving it by name changes nothing.
            same = (value, self.manifest.customer) if name == "customer" else (value,)
            if name in given and given[name] not in same:
                option = f"--{name.replace('_', '-')}"
                raise SettingsError(
                    f"--resume={now.resume}: the run was made with {_told(option, value)}, not with "
                    f"{_told(option, given[name])}; leave the option out to go on with the run"
                )
        if "ecom_dir" not in given:
            kept["ecom_dir"] = self.manifest.settings.get("ecom_dir", "")
        return replace(now, **kept)

    def check(self, now: Manifest) -> None:
        """Make sure that a trial of today would be judged as those of the run were; ``now`` is a manifest of today.

        Raises:
            SettingsError: something else would be measured; names what.
        """
        for found in differences(self.manifest, now):
            raise SettingsError(
                f"--resume={now.settings['resume']}: the run was made with another {found.what} ({found.one}, now "
                f"{found.other}), so its trials and new ones don't belong together; make a new run"
            )


def _told(option: str, value: Any) -> str:
    return f"{option}={value}" if value != "" else f"no {option}"
