"""Floors of real sessions: what they decide, what is said of them, and a run that ends as soon as they are decided."""

from __future__ import annotations

import pytest

from .project import CUSTOMERS, TASKS, Project, Session

EMPTY = {"*": "empty"}
TWO = ("-k", f"{TASKS[0]} or {TASKS[1]}")


def assert_refused(session: Session, why: str) -> None:
    assert session.status == pytest.ExitCode.USAGE_ERROR, session.output
    assert f"ERROR: {why}" in session.lines
    assert not session.runs


def test_a_floor_that_is_reached_decides_for_0(shared: Project) -> None:
    session = shared.pytest("--count=2", *TWO, "--min-pass=0.6", "--min-pass=2:1")
    assert session.lines[-1] == "exit 0: pass^1 100.0 % reaches --min-pass=0.6; pass^2 100.0 % reaches --min-pass=2:1"
    assert session.status == pytest.ExitCode.OK
    assert "pass^1 at least 60 %: 100.0 %, yes" in session.lines


def test_a_floor_that_is_missed_decides_for_1(shared: Project) -> None:
    session = shared.pytest("--agent=apprentice", "--seed=3", "--count=8", *TWO, "--min-pass=1:0.99")
    assert session.status == pytest.ExitCode.TESTS_FAILED
    figure = f"{session.summary.pass_k[0].value:.1%}".replace("%", " %")
    assert session.lines[-1] == f"exit 1: pass^1 {figure} is below --min-pass=0.99"
    place = session.lines.index(f"pass^1 at least 99 %: {figure}, no")
    assert session.lines[place + 1].startswith("  an agent exactly this good misses this floor in ")


def test_floors_of_the_ini_file_decide_too(project: Project) -> None:
    ini = project.folder / "pytest.ini"
    ini.write_text(ini.read_text("utf-8") + "ecom_min_pass =\n    0.6\n    2:0.5\n", "utf-8")
    session = project.bench("--count=2", behaviour=EMPTY)
    assert session.lines[-1] == "exit 1: pass^1 0.0 % is below --min-pass=0.6; pass^2 0.0 % is below --min-pass=2:0.5"


def test_a_trial_that_could_not_be_judged_may_leave_it_open(shared: Project) -> None:
    session = shared.bench("--min-pass=0.2", *TWO, behaviour={"*": "empty", CUSTOMERS[TASKS[0]]: "network"})
    run = session.run.relative_to(shared.folder).as_posix()
    assert session.lines[-1] == (
        "exit 1: can't tell: pass^1 is between 0.0 % and 50.0 %, and --min-pass=0.2 asked for; "
        f"pytest --resume={run} runs the 1 not judged"
    )
    assert "pass^1 at least 20 %: between 0.0 % and 50.0 %, can't tell" in session.lines


def test_a_floor_that_needs_more_trials_is_refused(shared: Project) -> None:
    why = (
        f"--min-pass=3:0.5 needs 3 trials of each task, and 1 of {TASKS[0]} is selected: raise --count, or lower the k"
    )
    session = shared.pytest("--count=2", "-k", f"{TASKS[1]} or {TASKS[0]}-t01", "--min-pass=3:0.5")
    assert session.status == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {why} of pass^k" in session.lines


REFUSED = {
    ("--fail-on=gate",): "--fail-on=gate has nothing to decide by: add --min-pass or --baseline",
    ("--stop-when-decided",): "--stop-when-decided needs a floor that can be decided: add --min-pass",
    ("--stop-when-decided", "--min-pass=1", "--save-baseline=b.json"): (
        "--stop-when-decided can't stand beside --save-baseline, which needs every trial"
    ),
    ("--stop-when-decided", "--min-pass=1", "--fail-on=trial"): (
        "--stop-when-decided can't stand beside --fail-on=trial, which needs every trial"
    ),
    ("--min-pass=strict:0.5",): (
        "--min-pass must be a share above 0 and up to 1 (0.6), or k and a share (3:0.35), got 'strict:0.5'"
    ),
}


@pytest.mark.parametrize(("arguments", "why"), REFUSED.items(), ids=map(" ".join, REFUSED))
def test_what_doesnt_fit_is_refused_before_a_trial_is_run(
    arguments: tuple[str, ...], why: str, shared: Project
) -> None:
    assert_refused(shared.pytest(*arguments), why)


ORDINARY = "def test_ordinary():\n    assert True\n"


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "workers"])
def test_a_run_ends_when_it_is_decided_and_cancels_what_is_in_flight(
    workers: tuple[str, ...], project: Project
) -> None:
    project.write("test_ordinary.py", ORDINARY)
    session = project.bench(
        "--count=4",
        "--min-pass=0.9",
        "--stop-when-decided",
        "--concurrency=4",
        *workers,
        behaviour={"*": "empty", CUSTOMERS[TASKS[3]]: "hang"},
    )
    assert session.status == pytest.ExitCode.TESTS_FAILED, session.output
    assert session.seconds < 40
    found, manifest = session.summary, session.manifest
    assert 0 < len(session.records) < 16
    assert found.missing == 16 - len(session.records)
    assert not found.complete
    assert found.pass_k[0].value is None
    assert manifest.stopped == "pass^1 can't reach 90.0 % any more"
    assert not manifest.interrupted
    ended = f"decided after {len(session.records)} of 16 trials, which saved {found.missing / 16:.0%}".replace(
        "%", " %"
    )
    assert session.lines[-1].startswith("exit 1: pass^1 of at most ")
    assert session.lines[-1].endswith(f" is below --min-pass=0.9; {ended} of the run")
    assert f"{manifest.stopped}: {ended} of the run" in session.lines
    # What isn't a trial is run as ever.
    assert session.outcomes["passed"] == 1
    assert session.outcomes["skipped"] == found.missing


def test_a_run_that_reaches_its_floor_early_ends_with_0(project: Project) -> None:
    session = project.pytest("--count=6", "--min-pass=0.4", "--stop-when-decided", "--concurrency=1")
    assert session.status == pytest.ExitCode.OK, session.output
    assert session.manifest.stopped == "pass^1 can't fall below 40.0 % any more"
    assert session.outcomes["skipped"] > 0
    assert "which saved" in session.lines[-1]


def test_a_run_that_is_decided_by_its_last_trial_was_not_stopped(project: Project) -> None:
    session = project.pytest("-k", TASKS[0], "--min-pass=1", "--stop-when-decided")
    assert session.manifest.stopped == ""
    assert session.summary.complete
    assert session.lines[-1] == "exit 0: pass^1 100.0 % reaches --min-pass=1"


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "workers"])
def test_trials_that_are_carried_over_may_decide_all(workers: tuple[str, ...], project: Project) -> None:
    first = project.bench("--count=2", behaviour={"*": "empty", CUSTOMERS[TASKS[3]]: "network"})
    resume = f"--resume={first.run.name}"
    again = project.bench(resume, "--min-pass=0.9", "--stop-when-decided", *workers, behaviour={"*": "hang"})
    assert again.outcomes["skipped"] == 2
    assert len(again.records) == 6
    assert again.lines[-1] == (
        "exit 1: pass^1 of at most 25.0 % is below --min-pass=0.9; decided after 6 of 8 trials, which saved 25 % "
        "of the run"
    )
