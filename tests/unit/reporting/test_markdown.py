"""The result as Markdown: nothing that is said in a trial can break out of it, and it stays short."""

from __future__ import annotations

from pathlib import Path

import pytest
from records import UNSAID, manifest, record, write_run

from ecom_fixtures.gate.outcome import Exit
from ecom_fixtures.reporting.markdown import MOST_TASKS, escaped, result
from ecom_fixtures.runs.figures import figures_of
from ecom_fixtures.trial.record import Outcome

HOSTILE = {
    "a | b": "a &#124; b",
    "`code`": "&#96;code&#96;",
    "<img src=x onerror=y>": "&#60;img src=x onerror=y&#62;",
    "![x](https://evil.example/x.png)": "&#33;&#91;x&#93;(https&#58;//evil.example/x.png)",
    "see WWW.evil.example": "see WWW&#46;evil.example",
    "@everyone #1": "&#64;everyone &#35;1",
    "two\n\n# lines\x1b[31m": "two &#35; lines &#91;31m",
    "*bold* ~~gone~~ $x$": "&#42;bold&#42; &#126;&#126;gone&#126;&#126; &#36;x&#36;",
    "&lt;": "&#38;lt;",
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.items(), ids=map(repr, HOSTILE))
def test_what_is_said_stands_there_as_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_an_error_of_an_agent_keeps_to_its_cell(tmp_path: Path) -> None:
    error = "the agent failed: | `rm -rf` | <b>\n| next"
    failed = record("refund", 1, Outcome.FAILED, error=error, ended_by="agent")
    folder = write_run(tmp_path / "run", manifest("refund"), [failed])
    text = result(folder, figures_of(folder), Exit(1, "1 of 1 trial is unsolved"))
    [row] = [line for line in text.splitlines() if line.startswith("| refund ")]
    assert row.count("|") == 4
    assert "rm -rf" in row
    assert "<b>" not in text


def test_the_worst_tasks_stand_first_and_the_rest_is_counted(tmp_path: Path) -> None:
    tasks = [f"task-{number:02}" for number in range(MOST_TASKS + 5)]
    # The last one is never solved, the first one always.
    records = [
        record(task, trial, Outcome.PASSED if solved else Outcome.FAILED, verdict=None if solved else UNSAID)
        for number, task in enumerate(tasks)
        for trial in (1, 2)
        for solved in [number == 0 or (number < len(tasks) - 1 and trial == 1)]
    ]
    folder = write_run(tmp_path / "run", manifest(*tasks, count=2), records)
    text = result(folder, figures_of(folder), Exit(1, "so"))
    rows = [line for line in text.splitlines() if line.startswith("| task-")]
    assert len(rows) == MOST_TASKS
    assert rows[0].startswith(f"| {tasks[-1]} | 0/2 | ")
    assert not any(tasks[0] in row for row in rows)
    assert "\nand 4 more\n" in text


def test_a_run_in_which_all_is_solved_names_no_task(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", manifest("refund"), [record("refund")])
    text = result(folder, figures_of(folder), Exit(0, "the trial is solved"))
    assert text.startswith("## ✅ ecom-bench: exit 0: the trial is solved\n\n")
    assert "| refund" not in text
