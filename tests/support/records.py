"""Records and manifests of runs that never were, with only what a test says of them."""

from __future__ import annotations

from typing import Any

from ecom_fixtures.evaluation.judgement import Missing, Verdict
from ecom_fixtures.runs.journal import Manifest
from ecom_fixtures.trial.record import Outcome, Record

UNSAID = Verdict(missing_keywords=(Missing(intent="refund", what="14 days"),))


def manifest(*tasks: str, count: int = 1, **other: Any) -> Manifest:
    values = {
        "run": "20251114-oracle",
        "created": "2025-11-14T10:00:00Z",
        "agent": "oracle",
        "customer": "agenda",
        "seed": 7,
        "concurrency": 8,
        "processes": 1,
        "max_turns": 20,
        "time_limit": 600.0,
        "dataset_hash": "d4t4",
        "policy_hash": "bb",
        "prompts_hash": "cc",
        "versions": {"openai": "3.54.0"},
        "python": "3.11.9",
        "platform": "Linux",
        "wall_seconds": 9.0,
    }
    return Manifest.model_validate({**values, "tasks": tasks, "count": count, **other})


def record(task: str = "refund", trial: int = 1, outcome: Outcome = Outcome.PASSED, **other: Any) -> Record:
    values = {
        "number": 4,
        "title": f"Title of {task}",
        "tags": ("refund",),
        "seed": 7,
        "agent": "oracle",
        "customer": "agenda",
        "persona": "calm",
        "ended_by": "stop",
    }
    return Record.model_validate({**values, "task": task, "trial": trial, "outcome": outcome, **other})
