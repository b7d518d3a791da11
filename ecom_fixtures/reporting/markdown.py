"""The result of a run as Markdown: for the summary of a job, or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ecom_fixtures.gate.outcome import Exit
from ecom_fixtures.reporting.explain import reason
from ecom_fixtures.reporting.floors import by_luck, found, question
from ecom_fixtures.reporting.terminal import Line
from ecom_fixtures.reporting.words import (
    DIMENSIONS,
    classes,
    completeness,
    conduct,
    costs,
    interval,
    percent,
    size,
    strictly,
    these_tasks,
    took,
    value,
)
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.runs.journal import JOURNAL, Index
from ecom_fixtures.runs.rows import TaskRow
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.statistics.floors import FloorDecision
from ecom_fixtures.trial.record import Outcome

# More tasks than this are counted.
MOST_TASKS = 20
# A reason is a sentence; what is longer holds a customer's words.
LONGEST = 200


def result(
    folder: Path, figures: Figures, final: Exit, floors: Sequence[FloorDecision] = (), gate: Iterable[Line] = ()
) -> str:
    """Return the result of the run in ``folder``, the decision first. What agents, tasks and customers say is escaped.

    Raises:
        JournalError: a file of the run is missing or broken.
    """
    parts = [
        [f"## {'❌' if final.status else '✅'} ecom-bench: {escaped(str(final))}"],
        [f"Agent {escaped(figures.agent)}, customer {escaped(figures.customer)}, {size(figures.tasks)}."],
        _pass_k(figures),
        [f"- {escaped(line)}" for line in _floors(floors)],
        [f"- {escaped(line.text)}" for line in gate if line.text.strip()],
        [escaped(sentence) for sentence in completeness(figures)],
        _tasks(folder, figures),
        _failures(figures),
        [f"- {escaped(line)}" for line in _costs(figures)],
    ]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n\n"


def escaped(text: str) -> str:
    """Return ``text`` on one line, so that Markdown shows it as it stands, in a cell of a table too."""
    plain = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    short = plain if len(plain) <= LONGEST * 3 else f"{plain[: LONGEST * 3]}..."
    # As an entity a sign begins nothing: no link, also not by an address alone, no tag, no mention, no list.
    signs = r"[\\`*_\[\]<>|~#&@!$]|:(?=//)|(?<=www)\."
    return re.sub(signs, lambda sign: f"&#{ord(sign[0])};", short, flags=re.IGNORECASE)


def _pass_k(figures: Figures) -> Iterator[str]:
    if figures.pass_k:
        ends = ("95% interval for these tasks", "for tasks of this kind") if figures.complete else ("", "")
        yield from _head("", "pass^k", "strict", *ends, right=2)
    for point in figures.pass_k:
        strict = strictly(figures, point.k)
        yield _row(f"pass^{point.k}", value(point), strict, these_tasks(point), interval(point))


def _floors(floors: Iterable[FloorDecision]) -> Iterator[str]:
    for floor in floors:
        luck = by_luck(floor)
        yield f"{question(floor)}: {found(floor)}{f' ({luck})' if luck else ''}"


def _tasks(folder: Path, figures: Figures) -> Iterator[str]:
    """The tasks that were not always solved, the worst first, each with the reason of its clearest trial."""
    rows = sorted((row for row in figures.tasks if row.clearest), key=_share)
    if not rows:
        return
    shown = rows[:MOST_TASKS]
    clearest = {row.case(trial): row.task for row in shown if (trial := row.clearest)}
    played = PlayedTasks.read(folder)
    reasons = {
        record.task: reason(record, played.words, played.task(record.task))
        for record in Index(folder / JOURNAL).read(clearest)
    }
    yield from _head("task", "solved", "why not, in its clearest trial", right=1)
    for row in shown:
        yield _row(escaped(row.task), f"{row.passed}/{row.judged}", escaped(_short(reasons[row.task])))
    if len(rows) > len(shown):
        yield f"\nand {len(rows) - len(shown):,} more"


def _share(row: TaskRow) -> float:
    return row.passed / row.judged


def _failures(figures: Figures) -> Iterator[str]:
    if not figures.outcomes[Outcome.FAILED]:
        return
    wrong = [
        f"{name} {percent(failures.rate)} ({DIMENSIONS[name]})"
        for name, failures in figures.failures.items()
        if failures.trials
    ]
    yield f"- unsolved by dimension, of the judged trials: {', '.join(wrong)}"
    yield f"- by class: {', '.join(classes(figures))}"
    if found_too := conduct(figures):
        yield f"- conduct, which counts for strict pass^k only: {'; '.join(found_too)}"


def _costs(figures: Figures) -> Iterator[str]:
    for side, taken in costs(figures):
        yield f"{side}: {taken}"
    yield f"time: {took(figures)}"


def _head(*cells: str, right: int) -> Iterator[str]:
    """The head of a table, with one column to the right."""
    yield _row(*cells)
    yield _row(*("---:" if number == right else "---" for number in range(len(cells))))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
