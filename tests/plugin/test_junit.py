"""What JUnit's XML says of trials and of the run, beside pytest's own."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from .project import CUSTOMERS, TASKS, Project, Session


def properties(element: ElementTree.Element) -> dict[str, str]:
    found = element.find("properties")
    return {} if found is None else {one.attrib["name"]: one.attrib["value"] for one in found}


@pytest.fixture(scope="module", params=[(), ("-n2",)], ids=["one process", "workers"])
def session(shared: Project, request: pytest.FixtureRequest) -> Session:
    behaviour = {"*": "curt", CUSTOMERS[TASKS[1]]: "network"}
    return shared.bench("--count=2", "--junitxml=junit.xml", "--min-pass=0.5", *request.param, behaviour=behaviour)


@pytest.fixture
def suite(session: Session) -> ElementTree.Element:
    return ElementTree.parse(session.project / "junit.xml").getroot()[0]


def test_each_trial_tells_its_outcome_and_what_it_hangs_on(session: Session, suite: ElementTree.Element) -> None:
    told = {(said["task"], int(said["trial"])): said for case in suite.iter("testcase") if (said := properties(case))}
    assert told.keys() == session.records.keys()
    for key, record in session.records.items():
        said = told[key]
        assert said["outcome"] == record.outcome
        assert said["seconds"] == f"{record.seconds:.3f}"
        assert said.get("class", "") == (record.failure.kind if record.failure else "")
    unsolved, lost = told[TASKS[2], 1], told[TASKS[1], 1]
    assert unsolved["reason"].startswith("Not done: change the delivery details of order")
    assert "action" in unsolved["wrong"]
    assert "the line is dead" in lost["reason"]
    assert "wrong" not in lost


def test_the_suite_tells_the_figures_and_the_decision(session: Session, suite: ElementTree.Element) -> None:
    said = properties(suite)
    assert said["run"] == session.run.name
    assert (said["pass^1 worst"], said["pass^1 best"]) == ("0.0000", "0.2500")
    assert (said["failed"], said["infra_error"], said["missing"]) == ("6", "2", "0")
    assert said["exit"] == "1"
    assert session.lines[-1] == f"exit {said['exit']}: {said['reason']}"


def test_the_figures_have_their_value_where_all_was_judged(shared: Project) -> None:
    shared.pytest("-k", TASKS[0], "--junitxml=solved.xml")
    said = properties(ElementTree.parse(shared.folder / "solved.xml").getroot()[0])
    assert said["pass^1"] == "1.0000"
    assert said["exit"] == "0"
