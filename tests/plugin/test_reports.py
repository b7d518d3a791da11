"""What a run leaves in its folder, and that every figure follows from the journal."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ecom_fixtures.runs.figures import figures_of

from .project import CUSTOMERS, OWN_AGENT, TASKS, Project, Session, rows


@pytest.fixture(scope="module")
def session(shared: Project) -> Session:
    """A run with every kind of outcome but a customer's fault, and an ordinary test beside it."""
    shared.write("test_ordinary.py", "def test_ordinary():\n    assert True\n")
    behaviour = {"*": "curt", CUSTOMERS[TASKS[1]]: "network"}
    return shared.bench("--count=2", behaviour=behaviour)


def test_a_run_leaves_four_files(session: Session) -> None:
    names = {path.name for path in session.run.iterdir()}
    assert names == {"journal.jsonl", "manifest.json", "summary.json", "report.html"}


def test_the_folder_is_named_by_time_and_agent(session: Session) -> None:
    date, time, agent = session.run.name.split("-", 2)
    assert (len(date), len(time), agent) == (8, 6, "bots-build")
    assert session.manifest.run == session.run.name


def test_the_summary_is_what_the_journal_gives(session: Session) -> None:
    assert session.summary == figures_of(session.run)


def test_the_manifest_tells_what_was_planned(session: Session) -> None:
    manifest = session.manifest
    assert (manifest.tasks, manifest.count, manifest.processes) == (TASKS, 2, 1)
    assert not manifest.interrupted


def test_the_journal_holds_one_valid_line_per_trial(session: Session) -> None:
    lines = (session.run / "journal.jsonl").read_text("utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == len(session.records) == 2 * len(TASKS)


def test_the_page_has_a_row_for_every_test(session: Session) -> None:
    table = rows(session)
    assert len(table) == 2 * len(TASKS) + 1
    for task in TASKS:
        results = [result for result, text in table if task in text]
        assert results == (["Error"] if task == TASKS[1] else ["Failed"]) * 2


def test_the_terminal_names_the_page_and_the_pass_rate(session: Session) -> None:
    assert f"report: {(session.run / 'report.html').as_uri()}" in session.output
    assert "pass^1     0.0% to 25.0%" in session.output


@pytest.fixture(scope="module")
def together(shared: Project) -> tuple[Session, Session]:
    """Two runs that begin at the same time: one with an HTML file of the user's own, one without pytest-html."""
    before = shared.runs
    ways = (("--html=own.html", "--self-contained-html"), ("-p", "no:html"))
    started = [shared.start(*OWN_AGENT, "-k", TASKS[0], *way) for way in ways]
    one, two = (shared.finish(process, before) for process in started)
    runs = [[run for run in shared.runs - before if f"{run.name}: agent " in session.output] for session in (one, two)]
    return replace(one, runs=tuple(runs[0])), replace(two, runs=tuple(runs[1]))


def test_runs_of_the_same_second_get_folders_of_their_own(together: tuple[Session, Session]) -> None:
    assert together[0].run != together[1].run
    assert all(session.status == pytest.ExitCode.TESTS_FAILED for session in together)


def test_the_manifest_of_a_selection_names_the_selected_tasks(together: tuple[Session, Session]) -> None:
    for session in together:
        assert session.manifest.tasks == (TASKS[0],)
        assert session.summary.planned == 1


def test_the_users_own_html_file_is_extended_instead(together: tuple[Session, Session]) -> None:
    session, _ = together
    assert {path.name for path in session.run.iterdir()} == {"journal.jsonl", "manifest.json", "summary.json"}
    own = session.project / "own.html"
    [(result, text)] = rows(session, own)
    assert result == "Failed"
    assert TASKS[0] in text
    assert f"report: {own.as_uri()}" in session.output


def test_a_run_without_pytest_html_has_no_page(together: tuple[Session, Session]) -> None:
    _, session = together
    assert {path.name for path in session.run.iterdir()} == {"journal.jsonl", "manifest.json", "summary.json"}
    assert "report: " not in session.output
    assert "INTERNALERROR" not in session.output
