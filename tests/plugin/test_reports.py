"""What a run leaves in its folder, and that every figure follows from the journal."""

from __future__ import annotations

import json

import pytest

from ecom_fixtures.reporting.figures import figures_of

from .project import CUSTOMERS, TASKS, Project, Session, rows


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


def test_the_manifest_of_a_selection_names_the_selected_tasks(shared: Project) -> None:
    for workers in ("0", "2"):
        session = shared.bench("-n", workers, "-k", TASKS[2], behaviour={"*": "empty"})
        assert session.manifest.tasks == (TASKS[2],)
        assert session.summary.planned == 1


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


def test_the_users_own_html_file_is_extended_instead(shared: Project) -> None:
    session = shared.bench("--html=own.html", "--self-contained-html", "-k", TASKS[0], behaviour={"*": "empty"})
    assert {path.name for path in session.run.iterdir()} == {"journal.jsonl", "manifest.json", "summary.json"}
    own = shared.folder / "own.html"
    [(result, text)] = rows(session, own)
    assert result == "Failed"
    assert TASKS[0] in text
    assert f"report: {own.as_uri()}" in session.output


def test_a_run_without_pytest_html_has_no_page(shared: Project) -> None:
    session = shared.bench("-p", "no:html", "-k", TASKS[0], behaviour={"*": "empty"})
    assert {path.name for path in session.run.iterdir()} == {"journal.jsonl", "manifest.json", "summary.json"}
    assert "report: " not in session.output
    assert "INTERNALERROR" not in session.output


def test_a_run_in_the_same_second_gets_a_folder_of_its_own(shared: Project) -> None:
    before = shared.runs
    started = [shared.start("--agent=bots:build", "--customer=agenda", "-k", TASKS[0]) for _ in range(2)]
    sessions = [shared.finish(process, before) for process in started]
    assert len(shared.runs - before) == 2
    assert all(session.status == pytest.ExitCode.TESTS_FAILED for session in sessions)
