"""A run that is over as the gate sees it, from its folder alone: its plan, its figures, and what went wrong in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from ecom_fixtures.errors import GateError
from ecom_fixtures.runs.figures import FINDINGS, Figures, failed_dimensions, figures
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.runs.journal import JOURNAL, read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.trial.record import Record

Kind = Literal["dimension", "class", "operation", "conduct"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# In how many judged trials something was wrong, by kind and name; what never was is left out.
Wrong = Mapping[Kind, Mapping[str, int]]

_TOOL = re.compile(r"\w+")
_ACTION = re.compile(r"\baction='(\w+)'")


@dataclass(frozen=True)
class FinishedRun:
    """``wrong`` is by task, ``crashed`` counts the trials that ended by the agent's own failure. Incomplete and
    interrupted runs are read like any other."""

    folder: Path
    manifest: Manifest
    figures: Figures
    wrong: Mapping[str, Wrong]
    crashed: int

    @property
    def identity(self) -> Identity:
        """What makes it comparable. The hash of a task is empty where nobody knows it: of one that has changed since it
        was played, in a run that was judged again.

        Raises:
            GateError: nobody knows.
        """
        known = self.manifest.identity
        if known is None:
            raise GateError(f"{self.folder}: keeps no hashes of its tasks, as runs of older versions; run it again")
        return known.model_copy(update={"tasks": {task: known.tasks.get(task, "") for task in self.manifest.tasks}})

    @classmethod
    def read(cls, folder: Path) -> FinishedRun:
        """Read the run in ``folder``.

        Raises:
            JournalError: a file of it is missing or broken.
        """
        manifest, tally = Manifest.read(folder), _Tally()
        found = figures(manifest, tally.over(read_journal(folder / JOURNAL)))
        return cls(folder, manifest, found, tally.wrong, tally.crashed)


def added_up(parts: Iterable[Wrong]) -> dict[Kind, dict[str, int]]:
    """The sums over tasks or runs, sorted by name."""
    sums: dict[Kind, Counter[str]] = {}
    for part in parts:
        for kind, names in part.items():
            sums.setdefault(kind, Counter()).update(names)
    return {kind: dict(sorted(sums[kind].items())) for kind in KINDS if sums.get(kind)}


def operation(call: str) -> str:
    """The tool of a call as `Failure` writes it, with its action where it has one: *manage_order cancel*."""
    tool, action = _TOOL.match(call), _ACTION.search(call)
    return " ".join(part for part in (tool and tool[0], action and action[1]) if part)


@dataclass
class _Tally:
    """Counts over records that are on their way to somebody else."""

    wrong: dict[str, dict[Kind, Counter[str]]] = field(default_factory=dict)
    crashed: int = 0

    def over(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.crashed += record.judged and record.ended_by == "agent"
            of_task = self.wrong.setdefault(record.task, {})
            for kind, names in _wrong_in(record).items():
                if record.judged and names:
                    of_task.setdefault(kind, Counter()).update(names)
            yield record


def _wrong_in(record: Record) -> dict[Kind, list[str]]:
    failure = record.failure
    return {
        "dimension": list(failed_dimensions(record)),
        "class": [failure.kind.value] if failure else [],
        "operation": [operation(failure.call)] if failure and failure.call else [],
        "conduct": [kind for kind in FINDINGS if getattr(record.conduct, kind)],
    }
