"""The summary of a run as lines of plain text, for whatever writes to the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap
from typing import Literal

from ecom_fixtures.reporting import ablation
from ecom_fixtures.reporting.explain import explain, reason
from ecom_fixtures.reporting.words import (
    ASCII_MARKS,
    DIMENSIONS,
    MARKS,
    OUTCOMES,
    classes,
    completeness,
    conduct,
    costs,
    counted,
    interval,
    missing_from_old,
    outcomes,
    percent,
    size,
    strictly,
    these_tasks,
    took,
    trial_name,
    value,
)
from ecom_fixtures.runs.figures import Figures, figures_of
from ecom_fixtures.runs.journal import JOURNAL, Index
from ecom_fixtures.runs.rows import TaskRow
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trial.record import Outcome

Style = Literal["", "bold", "green", "red", "yellow"]

NARROWEST, WIDEST = 80, 100
GAP = "  "
# More trials than this are counted by outcome instead of drawn one by one.
MOST_MARKS = 16
# More rows of pass^k than this are thinned out.
MOST_ROWS = 10
# As many unsolved tasks are explained with their evidence and dialogue, more of them in a sentence each.
EXPLAINED = 3


@dataclass(frozen=True)
class Line:
    """One line of text, without a line break, and how to show it."""

    text: str
    style: Style = ""


def report_lines(
    folder: Path, width: int = WIDEST, encoding: str | None = "utf-8", figures: Figures | None = None
) -> list[Line]:
    """All that is said of a run at its end: why tasks were not solved, then the summary. From its folder alone.

    ``figures`` are those of the run, where they were computed already. See ``summary_lines`` for the rest.

    Raises:
        JournalError: a file of the run is missing or broken.
    """
    figures = figures or figures_of(folder)
    return [*unsolved_lines(folder, figures, width, encoding), *summary_lines(figures, width, encoding)]


def unsolved_lines(folder: Path, figures: Figures, width: int = WIDEST, encoding: str | None = "utf-8") -> list[Line]:
    """Why each task that was not always solved was not, by its clearest trial; a few of them at length."""
    rows = [row for row in figures.tasks if row.clearest]
    index, played = Index(folder / JOURNAL), PlayedTasks.read(folder)
    clearest = {row.case(trial): row for row in rows if (trial := row.clearest)}
    lines = [Line("unsolved tasks, each by its clearest trial", "bold")] if rows else []
    for record in index.read(clearest):
        task, row = played.task(record.task), clearest[record.case]
        if len(rows) <= EXPLAINED:
            lines += [*map(Line, explain(record, played.words, task).splitlines()), Line("")]
        else:
            unsolved = sum(trial.outcome is Outcome.FAILED for trial in row.trials)
            lines.append(Line(f"{row.task}, {trial_name(record)} ({unsolved} of {row.judged} unsolved)"))
            lines.append(Line(f"  {reason(record, played.words, task)}"))
    return fitted(lines if len(rows) <= EXPLAINED else [*lines, Line("")], width, encoding)


def summary_lines(figures: Figures, width: int = WIDEST, encoding: str | None = "utf-8") -> list[Line]:
    """Return the summary of a run: its tasks, where trials failed, what it took, pass^k and what is missing from it.

    The end, which stays in sight, holds the headline. No line is longer than ``width``, taken between 80 and 100;
    ids that don't fit lose their end. Every line can be written in ``encoding``, with plain letters as marks where it
    lacks the signs.
    """
    inside = max(NARROWEST, min(width, WIDEST))
    marks = MARKS if _can_write("".join(MARKS.values()), encoding or "ascii") else ASCII_MARKS
    parts = [
        _tasks(figures, inside, marks),
        _failures(figures),
        _conduct(figures),
        _costs(figures),
        _groups(figures),
        _traits(figures),
        _pass_k(figures),
    ]
    lines = [Line(f"{figures.run}: agent {figures.agent}, customer {figures.customer}", "bold")]
    for part in parts:
        block = list(part)
        lines += [Line(""), *block] if block else []
    return fitted([*lines, Line(""), *_verdict(figures)], width, encoding)


def fitted(lines: Sequence[Line], width: int, encoding: str | None) -> list[Line]:
    """The lines broken at ``width``, a part under its whole, and fit to be written in ``encoding``."""
    encoding, width = encoding or "ascii", max(NARROWEST, min(width, WIDEST))
    found = []
    for line in lines:
        indent = line.text[: len(line.text) - len(line.text.lstrip())]
        inner = f"{indent}  " if indent else ""
        for text in wrap(line.text, width, subsequent_indent=inner, break_on_hyphens=False) or [""]:
            found.append(replace(line, text=text.encode(encoding, "replace").decode(encoding)))
    return found


def _tasks(figures: Figures, width: int, marks: dict[Outcome | None, str]) -> Iterator[Line]:
    wrong = [name for name in DIMENSIONS if name != "other" or figures.failures[name].trials]
    head = ["task", "trials", "solved", *([] if figures.complete else ["unjudged"]), *wrong]
    rows = [
        [row.task, _drawn(row, marks), f"{row.passed}/{row.judged}"]
        + ([] if figures.complete else [str(row.planned - row.judged or "")])
        + [str(row.failed[name] or "") for name in wrong]
        for row in figures.tasks
    ]
    sizes = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    sizes[0] = min(sizes[0], width - sum(sizes[1:]) - len(GAP) * len(sizes[1:]))
    yield Line(_aligned(head, sizes), "bold")
    for row, cells in zip(figures.tasks, rows, strict=True):
        yield Line(_aligned(cells, sizes), _style(row))
    yield Line("   ".join(f"{marks[outcome]} {OUTCOMES[outcome]}" for outcome in outcomes(figures)))
    if figures.outcomes[Outcome.FAILED]:
        yield Line(f"{', '.join(wrong)}: in how many unsolved trials that was wrong")


def _aligned(cells: Sequence[str], sizes: Sequence[int]) -> str:
    """The three texts to the left, the counts after them to the right."""
    texts = [_clip(cell, size).ljust(size) for cell, size in zip(cells[:3], sizes, strict=False)]
    counts = [cell.rjust(size) for cell, size in zip(cells[3:], sizes[3:], strict=True)]
    return GAP.join([*texts, *counts]).rstrip()


def _drawn(row: TaskRow, marks: dict[Outcome | None, str]) -> str:
    ended = [trial.outcome for trial in row.trials]
    if len(ended) <= MOST_MARKS:
        return "".join(marks[outcome] for outcome in ended)
    counts = [(ended.count(outcome), mark) for outcome, mark in marks.items()]
    return " ".join(f"{count}{mark}" for count, mark in counts if count)


def _style(row: TaskRow) -> Style:
    if row.passed == row.planned:
        return "green"
    return "red" if row.judged and not row.passed else "yellow"


def _failures(figures: Figures) -> Iterator[Line]:
    if not figures.outcomes[Outcome.FAILED]:
        return
    trials = counted(figures.judged, "judged trial")
    yield Line(f"unsolved by dimension, of {trials} (one trial can count in several)", "bold")
    for name, failures in figures.failures.items():
        if name != "other" or failures.trials:
            yield Line(f"{name}  {percent(failures.rate):>7}  {failures.trials:>5,}   {DIMENSIONS[name]}")
    yield Line("by class: " + ", ".join(classes(figures)))


def _conduct(figures: Figures) -> Iterator[Line]:
    if found := conduct(figures):
        yield Line("conduct, which counts for strict pass^k only", "bold")
        yield from map(Line, found)


def _costs(figures: Figures) -> Iterator[Line]:
    for side, taken in costs(figures):
        yield Line(f"{side:<9} {taken}")
    yield Line(f"{'time':<9} {took(figures)}")


def _groups(figures: Figures) -> Iterator[Line]:
    if not figures.groups:
        return
    known = "pass^1 with 95% interval" if figures.complete else "from the worst case to the best"
    yield Line(f"pass^k of each group, over {ablation.over(figures)}, {known}", "bold")
    width = max(len(row.group) for row in figures.groups)
    for row in figures.groups:
        first, *rest = ablation.shown_points(row.pass_k)
        shown = [f"pass^1 {value(first):>7}", *([f"({interval(first)})"] if first.low is not None else [])]
        shown += [f"pass^{point.k} {value(point):>7}" for point in rest]
        yield Line(f"{row.group:<{width}}  {'  '.join(shown)}")


def _traits(figures: Figures) -> Iterator[Line]:
    if not figures.groups:
        return
    if figures.traits:
        yield Line(f"what each trait does to pass^1, over {ablation.over(figures)}, with 95% interval", "bold")
    width = max((len(ablation.traded(row)) for row in figures.traits), default=0)
    for row in figures.traits:
        yield Line(f"{ablation.traded(row):<{width}}  {ablation.points(row.effect):>12}   {ablation.ends(row)}")
    yield Line(ablation.sight(figures))


def _pass_k(figures: Figures) -> Iterator[Line]:
    if figures.pass_k:
        known = "with 95% intervals" if figures.complete else "from the worst case to the best"
        yield Line(f"pass^k over {size(figures.tasks)}, {known}", "bold")
        if figures.complete:
            yield Line(f"{'':<16} {'for these tasks':<19}   {'for tasks of this kind':<22}   strict")
    highest = len(figures.pass_k)
    shown = [point for point in figures.pass_k if _is_shown(point.k, highest)]
    for point in shown:
        ends = f"   {these_tasks(point):<19}   {interval(point):<22}" if point.value is not None else ""
        yield Line(f"pass^{point.k:<3} {value(point):>7}{ends}   {strictly(figures, point.k)}".rstrip())
    if len(shown) < highest:
        yield Line("the other k are in summary.json")


def _is_shown(k: int, highest: int) -> bool:
    return highest <= MOST_ROWS or k <= 4 or k == highest or k.bit_count() == 1


def _verdict(figures: Figures) -> Iterator[Line]:
    if note := missing_from_old(figures):
        yield Line(note)
    for sentence in completeness(figures):
        yield Line(sentence, "" if figures.complete and not figures.interrupted else "yellow")


def _clip(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 2] + ".."


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
