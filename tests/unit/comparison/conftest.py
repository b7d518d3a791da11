"""Runs to compare: four that pytest sessions made, and made-up ones in which a test says what matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from plugin.project import Project
from records import manifest, record, write_run

from ecom_fixtures.trial.record import Outcome

MakeRun = Callable[..., Path]


@pytest.fixture(scope="session")
def real_runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Folders of runs of the same four tasks, two trials each, by agent; ``again`` is the apprentice with seed 1."""
    project = Project(tmp_path_factory.mktemp("project"))
    chosen = {"oracle": "oracle", "apprentice": "apprentice", "again": "apprentice", "dump": "dump"}
    seeds = {"again": "--seed=1"}
    return {
        name: project.pytest(f"--agent={agent}", "--count=2", *([seeds[name]] if name in seeds else [])).run
        for name, agent in chosen.items()
    }


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Writes the folder of a run of an agent, given how many of its trials each task solved: {"refund": 2}."""

    def make(agent: str, solved: Mapping[str, int], count: int = 3, judged: int | None = None, **other: Any) -> Path:
        plan = manifest(*solved, count=count, agent=agent, run=f"run-{agent[:20]}", **other)
        records = [
            record(case.task_id, case.trial, Outcome.PASSED if case.trial <= solved[case.task_id] else Outcome.FAILED)
            for case in plan.cases
        ]
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        return write_run(folder, plan, records[:judged])

    return make
