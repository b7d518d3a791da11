"""What a run leaves in its folder, every figure of which follows from the journal, and what pytest-html says of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ecom_fixtures.reporting.page import render
from ecom_fixtures.reporting.terminal import report_lines
from ecom_fixtures.runs.figures import figures_of
from ecom_fixtures.runs.tasks import PlayedTasks

from .project import CUSTOMERS, OWN_AGENT, TASKS, Project, Row, Session, rows

FILES = {"journal.jsonl", "manifest.json", "tasks.json", "pictures", "summary.json", "report.html"}


@pytest.fixture(scope="module")
def session(shared: Project) -> Session:
    """A run with every kind of outcome but a customer's fault, and an ordinary test beside it."""
    shared.write("test_ordinary.py", "def test_ordinary():\n    assert True\n")
    behaviour = {"*": "curt", CUSTOMERS[TASKS[1]]: "network"}
    return shared.bench(
        "--count=2", "--html=out/own.html", "--self-contained-html", "--junitxml=junit.xml", behaviour=behaviour
    )


def test_a_run_leaves_what_its_reports_need_and_its_reports(session: Session) -> None:
    assert {path.name for path in session.run.iterdir()} == FILES
    assert {path.name for path in (session.run / "pictures").iterdir()} == {"photo-u1006-1.webp", "shot-u1006-2.webp"}


def test_the_folder_is_named_by_time_and_agent(session: Session) -> None:
    date, time, agent = session.run.name.split("-", 2)
    assert (len(date), len(time), agent) == (8, 6, "bots-build")
    assert session.manifest.run == session.run.name


def test_the_summary_is_what_the_journal_gives(session: Session) -> None:
    assert session.summary == figures_of(session.run)


def test_the_manifest_tells_what_was_planned(session: Session) -> None:
    manifest = session.manifest
    assert (manifest.tasks, manifest.count, manifest.processes) == (TASKS, 2, 1)
    assert {(case.task_id, case.trial) for case in manifest.cases} == {(task, n) for task in TASKS for n in (1, 2)}
    assert not manifest.interrupted


def test_the_tasks_are_kept_as_they_were_played(session: Session) -> None:
    played = PlayedTasks.read(session.run)
    assert tuple(task.id for task in played.tasks) == TASKS
    assert {persona.id for persona in played.personas} == {task.persona for task in played.tasks}
    assert played.words.phrase("manage_urgent", {"order_id": "7"}) == "have order 7 expedited"


def test_the_journal_holds_one_valid_line_per_trial(session: Session) -> None:
    lines = (session.run / "journal.jsonl").read_text("utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == len(session.records) == 2 * len(TASKS)


def test_the_page_is_what_the_folder_gives(session: Session) -> None:
    assert session.page == "".join(render(session.run))
    for task in TASKS:
        outcome = "infra_error" if task == TASKS[1] else "failed"
        assert re.findall(rf'ecom-is-(\w+)" data-trial="{task}/\d\d"', session.page) == [outcome] * 2


def test_the_terminal_shows_what_the_folder_gives_and_names_the_page(session: Session) -> None:
    assert f"report: {(session.run / 'report.html').as_uri()}" in session.output
    said = "\n".join(line.text for line in report_lines(session.run))
    assert said in session.output
    assert "pass^1   0.0 % to 25.0 %" in said
    assert "\nagent     model calls and tokens unknown" in said


def test_each_unsolved_task_is_explained_by_one_of_its_trials(session: Session) -> None:
    section = session.output.partition("unsolved tasks, each by its clearest trial")[2]
    assert f"UNSOLVED: {TASKS[2]}, trial 1\nNot done: change the delivery details of order" in section
    assert f"UNSOLVED: {TASKS[2]}, trial 2" not in section
    assert TASKS[1] not in section.partition("agent bots:build")[0]


def test_the_junit_message_is_the_reason_and_its_text_the_explanation(session: Session) -> None:
    suite = ElementTree.parse(session.project / "junit.xml").getroot()[0]
    failures = [found for case in suite if (found := case.find("failure")) is not None]
    assert len(failures) == 6
    for failure in failures:
        assert re.match(r"(Not done|Never looked|Not said)", failure.attrib["message"])
        assert "\n" not in failure.attrib["message"]
        assert re.match(r"UNSOLVED: \S+, trial \d\n", failure.text or "")
    errors = [found for case in suite if (found := case.find("error")) is not None]
    assert len(errors) == 2
    assert all("the line is dead" in error.attrib["message"] for error in errors)


# pytest-html's file, where the user asks for one


def of_trials(session: Session) -> list[Row]:
    return [row for row in rows(session.project / "out" / "own.html") if "test_task[" in row.cells]


def test_the_users_own_file_begins_with_pass_k(session: Session) -> None:
    text = (session.project / "out" / "own.html").read_text("utf-8")
    assert "bots:build: 4 tasks, 2 trials each" in text
    assert text.index("<td>0.0 % to 25.0 %</td>") < text.index('id="results-table"')
    assert f'href="../reports/{session.run.name}/report.html"' in text


def test_a_row_of_a_trial_says_why_and_leads_to_its_transcript(session: Session) -> None:
    found = of_trials(session)
    assert [row.result for row in found].count("Failed") == 6
    assert [row.result for row in found].count("Error") == 2
    for row in found:
        link = re.search(r'href="([^"]*)"', row.cells)
        assert link
        page, _, key = link[1].partition("#trial=")
        assert (session.project / "out" / page).resolve() == session.run / "report.html"
        assert f'data-trial="{key}"' in session.page
        assert "\n" not in row.log
    assert sum(row.log.startswith("Not done: change the delivery details") for row in found) == 2
    assert sum("the line is dead" in row.log for row in found) == 2


def test_a_row_of_another_test_is_pytest_htmls_own(session: Session) -> None:
    [row] = [row for row in rows(session.project / "out" / "own.html") if "test_ordinary" in row.cells]
    assert (row.result, row.log) == ("Passed", "No log output captured.")
    assert "href" not in row.cells
    head = re.search(
        r'<thead id="results-table-head">(.*?)</thead>', (session.project / "out" / "own.html").read_text("utf-8"), re.S
    )
    assert head
    assert head[1].count("<th") == 4


def test_a_session_without_trials_leaves_pytest_htmls_file_as_it_was(shared: Project) -> None:
    shared.write("test_ordinary.py", "def test_ordinary():\n    assert True\n")
    texts = []
    for way in ((), ("-p", "no:ecom_fixtures.plugin")):
        ini = () if not way else ("-c", "/dev/null", "--rootdir=.")
        session = shared.pytest("test_ordinary.py", "--html=plain.html", "--self-contained-html", *way, *ini)
        assert session.outcomes == {"passed": 1}
        text = (session.project / "plain.html").read_text("utf-8")
        # Times and the list of plugins differ from session to session.
        blob = re.sub(r'data-jsonblob="[^"]*"', "", text)
        texts.append(re.sub(r"\d\d-\w{3}-\d{4}|\d\d:\d\d:\d\d|took \d+ ms", "", blob))
        assert [row.cells.count("<td") for row in rows(session.project / "plain.html")] == [4]
    assert texts[0] == texts[1]
    assert "pass^k" not in texts[0]


# Folders


@pytest.fixture(scope="module")
def together(shared: Project) -> tuple[Session, Session]:
    """Two runs that begin at the same time, one of them without pytest-html."""
    before = shared.runs
    started = [shared.start(*OWN_AGENT, "-k", TASKS[2], *way) for way in ((), ("-p", "no:html"))]
    one, two = (shared.finish(process, before) for process in started)
    runs = [[run for run in shared.runs - before if f"{run.name}: agent " in session.output] for session in (one, two)]
    return replace(one, runs=tuple(runs[0])), replace(two, runs=tuple(runs[1]))


def test_runs_of_the_same_second_get_folders_of_their_own(together: tuple[Session, Session]) -> None:
    assert together[0].run != together[1].run
    assert all(session.status == pytest.ExitCode.TESTS_FAILED for session in together)


def test_the_manifest_of_a_selection_names_the_selected_tasks(together: tuple[Session, Session]) -> None:
    for session in together:
        assert session.manifest.tasks == (TASKS[2],)
        assert session.summary.planned == 1
        assert session.summary.complete


def test_the_page_doesnt_hang_on_pytest_html(together: tuple[Session, Session]) -> None:
    for session in together:
        # Of a task without pictures none are kept.
        assert {path.name for path in session.run.iterdir()} == FILES - {"pictures"}
        assert "INTERNALERROR" not in session.output


def test_a_selection_of_one_trial_is_a_complete_run_with_pass_1(shared: Project) -> None:
    session = shared.pytest("--count=3", "-k", f"{TASKS[2]}-t02")
    assert session.summary.complete
    assert [(point.k, point.value) for point in session.summary.pass_k] == [(1, 1.0)]
    assert "Complete: 1 of 1 trial solved, every one judged." in session.output
    assert f'data-trial="{TASKS[2]}/02"' in session.page
