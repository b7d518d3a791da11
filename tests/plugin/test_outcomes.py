"""How a trial's outcome shows in pytest: letter, text, duration, junit file, and what an agent may do wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

import pytest

from ecom_fixtures.evaluation.judgement import FailureClass
from ecom_fixtures.trial.record import Outcome

from .project import CUSTOMERS, TASKS, Project, Session

LOOK_UPS, CHANGES, MOVED, DESK = TASKS
STOP = '{"choices": [{"index": 0, "message": {"role": "assistant", "content": "###STOP###"}, "finish_reason": "stop"}]}'


@pytest.fixture(scope="module")
def unsolved(shared: Project) -> Session:
    """A session in which the agent helps nobody; the last task takes half a second."""
    behaviour = {CUSTOMERS[DESK]: "slow"}
    return shared.bench("--junitxml=unsolved.xml", "-rA", "--durations=3", behaviour=behaviour)


@pytest.fixture(scope="module")
def mixed(shared: Project) -> Session:
    """A session in which the agent goes wrong in four ways."""
    behaviour = dict(zip(CUSTOMERS.values(), ("crash", "empty", "wrong", "network"), strict=True))
    return shared.bench("--junitxml=mixed.xml", "--fail-on=error", behaviour=behaviour)


@pytest.fixture
def endpoint() -> Iterator[str]:
    """A chat endpoint on this machine: /stop ends every dialogue at once, all else refuses."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            good = self.path.startswith("/stop/")
            body = STOP.encode() if good else b'{"error": {"message": "no such model here"}}'
            self.send_response(200 if good else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def explained(session: Session, task: str) -> str:
    """What the JUnit file of the module's sessions says of one test."""
    [file] = re.findall(r"generated xml file: (.+\.xml)", session.output)
    cases = {case.attrib["name"]: case for case in ElementTree.parse(file).getroot().iter("testcase")}
    case = cases[f"test_task[{task}]"]
    return case.findtext("failure") or case.findtext("error") or ""


def test_an_unsolved_trial_has_a_letter_and_a_category_of_its_own(unsolved: Session) -> None:
    assert "test_bench.py UUUU" in unsolved.output
    assert unsolved.outcomes == {"unsolved": len(TASKS)}


def test_who_asks_for_failures_finds_the_unsolved_trials_listed(unsolved: Session) -> None:
    assert len(re.findall(r"^UNSOLVED test_bench.py::test_task\[", unsolved.output, re.MULTILINE)) == len(TASKS)


def test_nobody_else_gets_a_list_of_them_or_a_block_of_failures(mixed: Session) -> None:
    assert not re.findall(r"^(UNSOLVED|FAILED) test_", mixed.output, re.MULTILINE)
    assert "= FAILURES =" not in mixed.output


def test_verbose_says_it_test_by_test(shared: Project) -> None:
    session = shared.bench("-v", "-k", LOOK_UPS, behaviour={"*": "empty"})
    assert f"test_bench.py::test_task[{LOOK_UPS}] UNSOLVED" in session.output


def test_an_unsolved_trial_fails_a_run_of_one_trial_per_task(unsolved: Session) -> None:
    assert unsolved.status == pytest.ExitCode.TESTS_FAILED


def test_an_unsolved_trial_explains_itself_without_a_traceback(unsolved: Session) -> None:
    text = explained(unsolved, CHANGES)
    assert text.startswith(f"UNSOLVED: {CHANGES}, trial 1")
    for foreign in ("Traceback", "AssertionError", "test_bench.py:2"):
        assert foreign not in text


def test_its_text_names_the_failure_class_and_the_intent(unsolved: Session) -> None:
    assert re.search(r"^class: partially resolved in intent \S+, at manage_\w+\(", explained(unsolved, CHANGES), re.M)
    assert "by class: wrong argument 0, wrong decision 0, partially resolved 4" in unsolved.output
    assert unsolved.summary.classes[FailureClass.PARTIALLY_RESOLVED] == len(TASKS)


def test_its_text_shows_what_the_shop_should_look_like(unsolved: Session) -> None:
    text = explained(unsolved, CHANGES)
    assert "action: wrong final state:" in text
    assert re.search(r"  Order \d+ is \w+, should be cancelled", text)


def test_its_text_shows_missing_look_ups_and_keywords(unsolved: Session) -> None:
    text = explained(unsolved, LOOK_UPS)
    assert "search: required look-up not made:\n  Never looked at the picture https://" in text
    assert "output: required answer not said:\n  Not said: 'orange'" in text


def test_its_text_ends_with_what_was_said_where_it_went_wrong(unsolved: Session) -> None:
    excerpt = explained(unsolved, LOOK_UPS).partition("where the customer brought up ask-about-the-ringed-hose")[2]
    assert "\n  agent: I can't help with that." in excerpt


def test_durations_show_the_trials_own_time(unsolved: Session) -> None:
    slowest = re.search(r"slowest 3 durations =+\n(\d+\.\d+)s call +test_bench.py::test_task\[(\S+)\]", unsolved.output)
    assert slowest
    assert slowest[2] == DESK
    assert float(slowest[1]) == pytest.approx(unsolved.records[DESK, 1].seconds, abs=0.006)
    assert float(slowest[1]) >= 0.5


def test_the_junit_file_holds_the_explanation_and_no_record(unsolved: Session) -> None:
    file = unsolved.project / "unsolved.xml"
    suite = ElementTree.parse(file).getroot()[0]
    assert suite.attrib["failures"] == str(len(TASKS))
    failures = [case.findtext("failure") or "" for case in suite.iter("testcase")]
    assert all(text.startswith(f"UNSOLVED: {task}, ") for text, task in zip(failures, TASKS, strict=True))
    assert all(len(each.attrib["value"]) < 500 for each in suite.iter("property"))
    assert file.stat().st_size < 30_000
    assert "schema_version" not in file.read_text("utf-8")


def test_an_agent_that_crashes_has_failed(mixed: Session) -> None:
    record = mixed.records[LOOK_UPS, 1]
    assert (record.outcome, record.error) == (Outcome.FAILED, "the agent crashed with KeyError: 'lost the plot'")
    assert record.error in explained(mixed, LOOK_UPS)


def test_an_agent_that_says_nothing_has_failed(mixed: Session) -> None:
    record = mixed.records[CHANGES, 1]
    assert (record.outcome, record.error) == (Outcome.FAILED, "the agent gave an empty answer")
    assert record.error in explained(mixed, CHANGES)


def test_an_agent_that_returns_something_else_has_failed(mixed: Session) -> None:
    record = mixed.records[MOVED, 1]
    assert (record.outcome, record.error) == (
        Outcome.FAILED,
        "the agent's reply must be a str or a Reply, got int",
    )
    assert record.error in explained(mixed, MOVED)


def test_a_dead_line_is_an_error_and_no_failure(mixed: Session) -> None:
    record = mixed.records[DESK, 1]
    assert (record.outcome, record.verdict) == (Outcome.INFRA_ERROR, None)
    assert mixed.outcomes == {"unsolved": 3, "error": 1}
    assert f"ERROR at setup of test_task[{DESK}]" in mixed.output
    assert "INFRA ERROR (does not count against the agent)" in mixed.output
    assert "the line is dead" in mixed.output
    assert "Traceback" not in mixed.output


def test_fail_on_error_fails_when_a_trial_could_not_be_judged(mixed: Session) -> None:
    assert mixed.status == pytest.ExitCode.TESTS_FAILED


def test_an_endpoint_that_refuses_is_an_infra_error(endpoint: str, shared: Project) -> None:
    agent = f"--agent=openai:big-model@{endpoint}/refuse/v1"
    session = shared.pytest(agent, "--customer=agenda", "-k", LOOK_UPS)
    assert session.outcomes == {"error": 1, "deselected": 3}
    assert session.records[LOOK_UPS, 1].outcome is Outcome.INFRA_ERROR
    assert f"big-model at {endpoint}/refuse/v1/" in session.output
    assert "no such model here" in session.output
    assert session.status == pytest.ExitCode.TESTS_FAILED


def test_a_customer_who_stops_too_early_is_an_error_and_no_failure(endpoint: str, shared: Project) -> None:
    session = shared.pytest("--agent=bots:build", f"--customer=openai:m@{endpoint}/stop/v1", "-k", LOOK_UPS)
    assert session.outcomes == {"error": 1, "deselected": 3}
    assert session.records[LOOK_UPS, 1].outcome is Outcome.CUSTOMER_FAULT
    assert "CUSTOMER FAULT (does not count against the agent)" in session.output


def test_maxfail_stops_after_as_many_unsolved_trials_and_last_failed_selects_them(project: Project) -> None:
    session = project.bench("--maxfail=2")
    assert session.outcomes == {"unsolved": 2}
    assert "stopping after 2 failures" in session.output
    again = project.pytest("--lf", "--collect-only", "-q")
    assert re.findall(r"test_task\[(\S+)\]", again.output) == [LOOK_UPS, CHANGES]


def test_an_agent_that_hangs_or_leaves_the_interpreter_stops_neither_run_nor_other_trials(shared: Project) -> None:
    behaviour = {CUSTOMERS[LOOK_UPS]: "hang", CUSTOMERS[CHANGES]: "exit"}
    session = shared.bench("--time-limit=1.5", behaviour=behaviour, timeout=40)
    assert session.outcomes == {"unsolved": len(TASKS)}
    assert session.records[CHANGES, 1].error == "the agent crashed with SystemExit: 3"
    record = session.records[LOOK_UPS, 1]
    assert (record.outcome, record.ended_by) == (Outcome.FAILED, "time")
    assert record.error == "the trial took longer than 1.5 s"
    assert session.status == pytest.ExitCode.TESTS_FAILED
