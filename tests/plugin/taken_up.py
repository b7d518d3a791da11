"""What tests of resumed and merged runs share: journals cut short, and figures that can be compared."""

from __future__ import annotations

from pathlib import Path

from ecom_fixtures.runs.figures import Figures, figures_of
from ecom_fixtures.runs.journal import JOURNAL


def lines(folder: Path) -> list[str]:
    """The lines of a run's journal, with their ends."""
    return (folder / JOURNAL).read_text("utf-8").splitlines(keepends=True)


def cut_short(folder: Path, records: int) -> None:
    """Leave the folder as a killed session would that had written ``records`` and a part of the next."""
    kept = lines(folder)
    (folder / JOURNAL).write_text("".join(kept[:records]) + kept[records][:100], encoding="utf-8")
    for name in ("summary.json", "report.html"):
        (folder / name).unlink()


def counts(folder: Path) -> Figures:
    """The figures without what tells one run from another of the same trials: its name, and how long it took."""
    found = figures_of(folder)
    tasks = tuple(row.model_copy(update={"seconds": 0.0}) for row in found.tasks)
    return found.model_copy(
        update={"run": "", "tasks": tasks, "wall_seconds": None, "trial_seconds": 0.0, "interrupted": False}
    )
