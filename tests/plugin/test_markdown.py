"""The result as Markdown: where it is written, and what it says."""

from __future__ import annotations

import re

import pytest

from .project import OWN_AGENT, TASKS, Project

EMPTY = {"*": "empty"}


def test_the_decision_stands_first_and_all_that_decides_it_below(shared: Project) -> None:
    session = shared.bench("--count=2", "--min-pass=0.5", "--ecom-markdown=out/result.md", behaviour=EMPTY)
    text = (shared.folder / "out" / "result.md").read_text("utf-8")
    first, agent, *_ = text.split("\n\n")
    assert first == "## ❌ ecom-bench: exit 1: pass^1 0.0 % is below --min-pass=0.5"
    assert agent == "Agent bots:build, customer agenda, 4 tasks, 2 trials each."
    assert "\n| pass^2 | 0.0 % | " in text
    assert "\n- pass^1 at least 50 %: 0.0 %, no\n" in text
    for task in TASKS:
        assert re.search(rf"^\| {task} \| 0/2 \| \w.+ \|$", text, re.MULTILINE)
    assert "\n- time: " in text
    assert session.lines[-1] == "exit 1: pass^1 0.0 % is below --min-pass=0.5"


def test_a_relative_path_counts_from_where_pytest_was_started(project: Project) -> None:
    (project.folder / "sub").mkdir()
    project.write("sub/conftest.py", "")
    session = project.pytest(
        "-k",
        TASKS[0],
        "--rootdir=sub",
        "-c",
        "pytest.ini",
        f"--ecom-dir={project.folder}/data",
        "--ecom-markdown=result.md",
    )
    assert session.status == pytest.ExitCode.OK, session.output
    assert (project.folder / "result.md").read_text("utf-8").startswith("## ✅ ecom-bench: exit 0: the trial is solved")


def test_the_summary_of_a_job_on_github_is_appended_to(project: Project) -> None:
    summary = project.write("summary.md", "# Before\n")
    project.pytest(*OWN_AGENT, "-n2", behaviour=EMPTY, GITHUB_STEP_SUMMARY=str(summary))
    text = summary.read_text("utf-8")
    assert text.startswith("# Before\n## ❌ ecom-bench: exit 1: 4 of 4 trials are unsolved")
    assert text.count("ecom-bench") == 1


def test_a_file_that_is_asked_for_goes_before_it(project: Project) -> None:
    summary = project.write("summary.md", "")
    project.pytest("-k", TASKS[0], "--ecom-markdown=own.md", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text("utf-8") == ""
    assert (project.folder / "own.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "summary", "name"),
    [
        (("--ecom-markdown=pytest.ini/result.md",), "", "--ecom-markdown=pytest.ini/result.md"),
        ((), "pytest.ini/summary.md", "$GITHUB_STEP_SUMMARY"),
    ],
    ids=["option", "job"],
)
def test_a_file_that_cant_be_written_is_said_before_a_trial_is_run(
    arguments: tuple[str, ...], summary: str, name: str, shared: Project
) -> None:
    session = shared.pytest(*arguments, GITHUB_STEP_SUMMARY=summary)
    assert session.status == pytest.ExitCode.USAGE_ERROR
    [error] = [line for line in session.lines if line.startswith("ERROR: ")]
    assert error.startswith(f"ERROR: {name}: can't be written (")
    assert not session.runs
