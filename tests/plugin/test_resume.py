"""A run that is taken up again: what is run, what is carried over, what the whole says, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecom_fixtures.runs.figures import Figures, figures_of
from ecom_fixtures.runs.journal import JOURNAL
from ecom_fixtures.runs.manifest import Manifest

from .project import OWN_AGENT, TASKS, TEST_TASK, Project, Session

WAYS = pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["in process", "with workers"])


def lines(folder: Path) -> list[str]:
    return (folder / JOURNAL).read_text("utf-8").splitlines(keepends=True)


def shorten(folder: Path, records: int, rest: str = "") -> None:
    """Leave the folder as a killed session would that had taken in ``records``, and part of one more."""
    (folder / JOURNAL).write_text("".join(lines(folder)[:records]) + rest, encoding="utf-8")
    for name in ("summary.json", "report.html"):
        (folder / name).unlink()


def counted(folder: Path) -> Figures:
    """The figures without what tells one run from another of the same."""
    changed = {"run": "", "wall_seconds": None, "trial_seconds": 0.0, "interrupted": False}
    found = figures_of(folder)
    return found.model_copy(update={**changed, "tasks": tuple(it.model_copy(update={"seconds": 0}) for it in found.tasks)})


@WAYS
def test_what_a_killed_run_lacks_is_run_and_the_rest_is_carried_over(workers: tuple[str, ...], project: Project) -> None:
    whole = project.pytest("--agent=apprentice", "--count=2", "--seed=1", "--customer=agenda")
    expected, kept = counted(whole.run), lines(whole.run)
    shorten(whole.run, 5, rest=kept[5][:100])
    before = {file: file.read_bytes() for file in whole.run.rglob("*") if file.is_file()}
    resumed = project.pytest(f"--resume={whole.run.name}", *workers)
    assert f"2 trials of each" not in resumed.output
    assert f"resumes {whole.run.name}, 5 of 8 trials carried over" in resumed.output
    assert sum(resumed.outcomes.get(what, 0) for what in ("passed", "unsolved")) == 3
    assert lines(resumed.run)[:5] == kept[:5]
    assert len(lines(resumed.run)) == 8
    assert counted(resumed.run) == expected
    assert (resumed.manifest.resumed, resumed.manifest.cases) == (whole.run.name, whole.manifest.cases)
    assert {file: file.read_bytes() for file in whole.run.rglob("*") if file.is_file()} == before


def test_tests_of_trials_that_are_judged_are_deselected(project: Project) -> None:
    first = project.bench("-x", "--concurrency=1", "--count=2")
    resumed = project.pytest(f"--resume={first.run}", "--maxfail=100")
    assert len(first.records) < 8
    assert resumed.outcomes["deselected"] == len(first.records)
    assert resumed.outcomes["unsolved"] == 8 - len(first.records)
    assert resumed.summary.complete


@WAYS
def test_trials_that_could_not_be_judged_are_run_again(workers: tuple[str, ...], project: Project) -> None:
    first = project.bench(behaviour={"U1022": "network", "*": "empty"})
    assert first.records[TASKS[1], 1].outcome == "infra_error"
    resumed = project.pytest(f"--resume={first.run}", *workers, behaviour={"*": "empty"})
    assert project.begun.count("U1022") == 1 + project.begun.count("U1006") - project.begun.count("U1006")
    assert resumed.outcomes["unsolved"] == 1
    assert resumed.summary.complete
    assert len(resumed.records) == 4
