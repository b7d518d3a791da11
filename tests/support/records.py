"""Records and manifests of runs that never were, with only what a test says of them, and their folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.evaluation.judgement import Missing, Verdict
from ecom_fixtures.runs.journal import JOURNAL, dump_record
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trial.record import Outcome, Record

UNSAID = Verdict(missing_keywords=(Missing(intent="refund", what="14 days"),))
SEED = 7


def case(task: str, trial: int = 1, variant: str = "") -> Case:
    return Case(task, variant, trial, SEED)


def manifest(*tasks: str, count: int = 1, **other: Any) -> Manifest:
    """A run of ``count`` trials of each task, unless ``cases`` says otherwise."""
    values = {
        "run": "20251114-oracle",
        "created": "2025-11-14T10:00:00Z",
        "agent": "oracle",
        "customer": "agenda",
        "world": "shop",
        "settings": {"count": count, "seed": SEED, "max_turns": 20},
        "processes": 1,
        "cases": [case(task, trial) for trial in range(1, count + 1) for task in tasks],
        "fingerprints": {"dataset": "d4t4", "policy": "bb"},
        "versions": {"openai": "3.54.0"},
        "python": "3.11.9",
        "platform": "Linux",
        "wall_seconds": 9.0,
    }
    return Manifest.model_validate({**values, **other})


def record(task: str = "refund", trial: int = 1, outcome: Outcome = Outcome.PASSED, **other: Any) -> Record:
    values = {
        "number": 4,
        "title": f"Title of {task}",
        "tags": ("refund",),
        "seed": SEED,
        "agent": "oracle",
        "customer": "agenda",
        "persona": "calm",
        "ended_by": "stop",
    }
    return Record.model_validate({**values, "task": task, "trial": trial, "outcome": outcome, **other})


def write_run(folder: Path, plan: Manifest, records: Iterable[Record], played: PlayedTasks | None = None) -> Path:
    """The folder of a run, as a session leaves it before its reports are made."""
    folder.mkdir(parents=True, exist_ok=True)
    plan.write(folder)
    (folder / JOURNAL).write_text("".join(dump_record(one) + "\n" for one in records), encoding="utf-8")
    if played:
        played.write(folder)
    return folder
