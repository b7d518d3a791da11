"""The summary of a run as lines of plain text, for whatever writes to the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Literal

from ecom_fixtures.reporting.words import counted
from ecom_fixtures.runs.figures import DIMENSIONS, Dimension, Figures, Finding, TaskRow
from ecom_fixtures.statistics.passk import PassK
from ecom_fixtures.trajectory import Usage
from ecom_fixtures.trial.record import Outcome

Style = Literal["", "bold", "green", "red", "yellow"]

NARROWEST, WIDEST = 80, 100
GAP = "  "
# More trials than this are counted by outcome instead of drawn one by one.
MOST_MARKS = 16
# More rows of pass^k than this are thinned out.
MOST_ROWS = 10

MARKS: dict[Outcome | None, str] = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.INFRA_ERROR: "E",
    Outcome.CUSTOMER_FAULT: "C",
    None: "-",
}
ASCII_MARKS = {**MARKS, Outcome.PASSED: ".", Outcome.FAILED: "F"}
MEANING: dict[Outcome | None, str] = {
    Outcome.PASSED: "solved",
    Outcome.FAILED: "unsolved",
    Outcome.INFRA_ERROR: "infra error",
    Outcome.CUSTOMER_FAULT: "customer fault",
    None: "missing",
}
EXPLAINED: dict[Dimension, str] = {
    "action": "wrong final state of the shop",
    "search": "required look-up not made",
    "output": "required answer not said",
    "other": "none of these wrong: a crash, too many turns, ...",
}
CONDUCT: dict[Finding, tuple[str, str]] = {
    "unconfirmed": ("change without the customer's yes", "changes without the customer's yes"),
    "forbidden": ("change that the policy forbids", "changes that the policy forbids"),
    "late_searches": ("look-up made only after its change", "look-ups made only after their change"),
}


@dataclass(frozen=True)
class Line:
    """One line of text, without a line break, and how to show it."""

    text: str
    style: Style = ""


def summary_lines(figures: Figures, width: int = WIDEST, encoding: str | None = "utf-8") -> list[Line]:
    """Return the summary of a run: its tasks, where trials failed, what it took, pass^k and what is missing from it.

    The end, which stays in sight, holds the headline. No line is longer than ``width``, taken between 80 and 100;
    ids that don't fit lose their end. Every line can be written in ``encoding``, with plain letters as marks where it
    lacks the signs.
    """
    encoding = encoding or "ascii"
    width = max(NARROWEST, min(width, WIDEST))
    marks = MARKS if _can_write("".join(MARKS.values()), encoding) else ASCII_MARKS
    parts = [_tasks(figures, width, marks), _failures(figures), _conduct(figures), _costs(figures), _pass_k(figures)]
    lines = [Line(f"{figures.run}: agent {figures.agent}, customer {figures.customer}", "bold")]
    for part in parts:
        block = list(part)
        lines += [Line(""), *block] if block else []
    lines += [Line(""), *_verdict(figures)]
    wrapped = [replace(line, text=text) for line in lines for text in wrap(line.text, width) or [""]]
    return [replace(line, text=line.text.encode(encoding, "replace").decode(encoding)) for line in wrapped]


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
    used = {outcome for row in figures.tasks for outcome in row.outcomes}
    yield Line("   ".join(f"{mark} {MEANING[outcome]}" for outcome, mark in marks.items() if outcome in used))
    if figures.outcomes[Outcome.FAILED]:
        yield Line(f"{', '.join(wrong)}: in how many unsolved trials that was wrong")


def _aligned(cells: Sequence[str], sizes: Sequence[int]) -> str:
    """The three texts to the left, the counts after them to the right."""
    texts = [_clip(cell, size).ljust(size) for cell, size in zip(cells[:3], sizes, strict=False)]
    counts = [cell.rjust(size) for cell, size in zip(cells[3:], sizes[3:], strict=True)]
    return GAP.join([*texts, *counts]).rstrip()


def _drawn(row: TaskRow, marks: dict[Outcome | None, str]) -> str:
    if len(row.outcomes) <= MOST_MARKS:
        return "".join(marks[outcome] for outcome in row.outcomes)
    counts = [(row.outcomes.count(outcome), mark) for outcome, mark in marks.items()]
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
            yield Line(f"{name}  {_percent(failures.rate)}  {failures.trials:>5,}   {EXPLAINED[name]}")
    yield Line("by class: " + ", ".join(f"{kind} {trials:,}" for kind, trials in figures.classes.items()))


def _conduct(figures: Figures) -> Iterator[Line]:
    found = {kind: conduct for kind, conduct in figures.conduct.items() if conduct.findings}
    if found:
        yield Line("conduct, which doesn't count for pass^k", "bold")
    for kind, conduct in found.items():
        yield Line(f"{counted(conduct.findings, *CONDUCT[kind])}, in {counted(conduct.trials, 'trial')}")


def _costs(figures: Figures) -> Iterator[Line]:
    yield Line(f"agent     {_usage(figures.agent_usage)}")
    yield Line(f"customer  {_usage(figures.customer_usage)}")
    wall, together = figures.wall_seconds, _duration(figures.trial_seconds)
    if wall is None:
        yield Line(f"time      wall time not known, the run didn't come to its end; {together} in trials")
        return
    at_once = f", {figures.trial_seconds / wall:.1f} at a time" if wall > 0 else ""
    yield Line(f"time      {_duration(wall)}; {together} in trials{at_once}")


def _pass_k(figures: Figures) -> Iterator[Line]:
    known = figures.complete
    if figures.pass_k:
        over = f"over {counted(len(figures.tasks), 'task')} x {counted(figures.count, 'trial')}"
        yield Line(f"pass^k {over}, " + ("with 95% interval" if known else "from the worst case to the best"), "bold")
    shown = [row for row in figures.pass_k if _is_shown(row.k, figures.count)]
    for row in shown:
        yield Line(f"pass^{row.k:<3} {_value(row)}")
    if len(shown) < len(figures.pass_k):
        yield Line("every other k is in summary.json")


def _is_shown(k: int, count: int) -> bool:
    return count <= MOST_ROWS or k <= 4 or k == count or k.bit_count() == 1


def _value(row: PassK) -> str:
    if row.value is None:
        return f"{_percent(row.worst)} to {row.best:.1%}"
    if row.low is None or row.high is None:
        return f"{_percent(row.value)}   no interval: no two tasks differ"
    return f"{_percent(row.value)}   {_percent(row.low)} to {row.high:.1%}"


def _verdict(figures: Figures) -> Iterator[Line]:
    """One sentence on how far the figures can be trusted."""
    if figures.interrupted:
        yield Line("The run was interrupted.", "yellow")
    if figures.complete:
        solved = figures.outcomes[Outcome.PASSED]
        yield Line(f"Complete: {solved:,} of {counted(figures.planned, 'trial')} solved, every one judged.")
        return
    reasons = [
        (figures.missing, "missing", "missing"),
        (figures.outcomes[Outcome.INFRA_ERROR], "infra error", ""),
        (figures.outcomes[Outcome.CUSTOMER_FAULT], "customer fault", ""),
    ]
    why = ", ".join(counted(*reason) for reason in reasons if reason[0])
    left = figures.planned - figures.judged
    yield Line(f"INCOMPLETE: {left:,} of {counted(figures.planned, 'trial')} not judged: {why}.", "yellow")
    yield Line("So pass^k has no value: its worst case counts them unsolved, its best solved.", "yellow")


def _usage(usage: Usage) -> str:
    if not usage.calls:
        return "no model calls"
    tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
    return f"{counted(usage.calls, 'model call')}, {tokens}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _percent(share: float | None) -> str:
    """Six columns, so that they stand below each other."""
    return "     -" if share is None else f"{share:6.1%}"


def _clip(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 2] + ".."


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
