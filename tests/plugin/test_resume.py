"""A run that is taken up again: what is run, what is carried over, what the whole says, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ecom_fixtures.runs.manifest import MANIFEST

from .project import INI, TASKS, Project, Session
from .taken_up import counts, cut_short, lines

WAYS = pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["in process", "with workers"])
EMPTY = {"*": "empty"}
DEAD_LINE = {"U1022": "network", "*": "empty"}


def test_what_a_killed_run_lacks_is_run_and_the_rest_is_carried_over(project: Project) -> None:
    whole = project.pytest("--agent=apprentice", "--count=2", "--seed=1", "--time-limit=300", "--max-turns=15")
    expected, kept = counts(whole.run), lines(whole.run)
    cut_short(whole.run, 5)
    before = {file: file.read_bytes() for file in whole.run.rglob("*") if file.is_file()}
    for workers in ((), ("-n2",)):
        resumed = project.pytest(f"--resume={whole.run.name}", *workers)
        assert f"resumes {whole.run.name}, 5 of 8 trials carried over" in resumed.output
        assert resumed.outcomes.get("passed", 0) + resumed.outcomes.get("unsolved", 0) == 3
        assert lines(resumed.run)[:5] == kept[:5]
        assert counts(resumed.run) == expected
        assert (resumed.manifest.resumed, resumed.manifest.cases) == (whole.run.name, whole.manifest.cases)
    assert {file: file.read_bytes() for file in whole.run.rglob("*") if file.is_file()} == before


def test_tests_of_trials_that_are_judged_are_deselected(project: Project) -> None:
    first = project.bench("-x", "--concurrency=1", "--count=2")
    assert 0 < len(first.records) < 8
    resumed = project.pytest(f"--resume={first.run}")
    assert resumed.outcomes["deselected"] == len(first.records)
    assert resumed.outcomes["unsolved"] == 8 - len(first.records)
    assert resumed.summary.complete


@WAYS
def test_trials_that_could_not_be_judged_are_run_again(workers: tuple[str, ...], project: Project) -> None:
    first = project.bench(behaviour=DEAD_LINE)
    assert first.summary.outcomes == {"passed": 0, "failed": 3, "customer_fault": 0, "infra_error": 1}
    resumed = project.pytest(f"--resume={first.run}", *workers, "--fail-on=error", behaviour=EMPTY)
    assert resumed.outcomes["unsolved"] == 1
    assert resumed.summary.outcomes == {"passed": 0, "failed": 4, "customer_fault": 0, "infra_error": 0}
    assert resumed.status == pytest.ExitCode.OK


def test_a_resumed_run_that_failed_again_can_be_resumed(project: Project) -> None:
    first = project.bench("--fail-on=error", behaviour=DEAD_LINE)
    second = project.pytest(f"--resume={first.run.name}", "--fail-on=error", behaviour=DEAD_LINE)
    assert (second.status, second.summary.complete) == (pytest.ExitCode.TESTS_FAILED, False)
    third = project.pytest(f"--resume={second.run.name}", "--fail-on=error", behaviour=EMPTY)
    assert (third.status, third.summary.complete) == (pytest.ExitCode.OK, True)
    assert third.manifest.resumed == second.run.name


@WAYS
def test_a_run_that_lacks_nothing_is_made_again_whole(workers: tuple[str, ...], project: Project) -> None:
    first = project.bench("--count=2", behaviour=EMPTY)
    again = project.pytest(f"--resume={first.run.name}", *workers)
    assert "8 of 8 trials carried over, nothing is left to run" in again.output
    assert (again.status, counts(again.run)) == (pytest.ExitCode.OK, counts(first.run))
    assert lines(again.run) == lines(first.run)


def test_unsolved_trials_that_are_carried_over_count_for_the_exit_status(project: Project) -> None:
    whole = project.pytest("--agent=apprentice", "--seed=1")
    assert 0 < whole.outcomes["unsolved"] < 4
    assert project.pytest(f"--resume={whole.run.name}").status == pytest.ExitCode.TESTS_FAILED
    assert project.pytest(f"--resume={whole.run.name}", "--fail-on=error").status == pytest.ExitCode.OK


def test_floors_are_held_against_all_trials(project: Project) -> None:
    whole = project.pytest("--agent=apprentice", "--seed=1")
    share = whole.summary.pass_k[0].value
    assert share
    for floor, status in ((share, pytest.ExitCode.OK), (share + 0.1, pytest.ExitCode.TESTS_FAILED)):
        resumed = project.pytest(f"--resume={whole.run.name}", f"--min-pass={floor}")
        assert resumed.status == status
        assert resumed.lines[-1].startswith(f"exit {status:d}: pass^1 {share:.1%}".replace("%", " %"))


@WAYS
def test_trials_that_are_carried_over_can_decide_a_floor(workers: tuple[str, ...], project: Project) -> None:
    first = project.bench("-x", "--concurrency=1", behaviour=EMPTY)
    begun = len(project.begun)
    resumed = project.pytest(
        f"--resume={first.run.name}", *workers, "--min-pass=0.9", "--stop-when-decided", behaviour=EMPTY
    )
    tried_out = max(1, len(workers) * 2)
    assert len(project.begun) - begun == tried_out
    assert resumed.outcomes["skipped"] == 4 - len(first.records)
    assert (resumed.status, len(resumed.records)) == (pytest.ExitCode.TESTS_FAILED, len(first.records))
    assert "is below --min-pass=0.9" in resumed.lines[-1]


def test_a_narrower_selection_leaves_the_rest_missing(project: Project) -> None:
    first = project.bench("-x", "--concurrency=1", "--count=2", behaviour=EMPTY)
    resumed = project.pytest(f"--resume={first.run}", "-k", f"{TASKS[3]}-t02", behaviour=EMPTY)
    assert resumed.manifest.cases == first.manifest.cases
    assert set(resumed.records) == {*first.records, (TASKS[3], 2)}
    assert resumed.status == pytest.ExitCode.TESTS_FAILED


def test_a_selection_without_a_missing_trial_makes_no_run(project: Project) -> None:
    first = project.bench(behaviour=DEAD_LINE)
    resumed = project.pytest(f"--resume={first.run.name}", "-k", TASKS[0])
    assert (resumed.status, resumed.runs) == (pytest.ExitCode.NO_TESTS_COLLECTED, ())
    assert f"no run was made, since no selected test is of a trial that {first.run.name} lacks" in resumed.output


def test_several_tests_of_a_trial_share_the_one_that_is_missing(project: Project) -> None:
    project.write("test_more.py", "def test_more(trial):\n    assert trial.turns\n\n\ndef test_other():\n    pass\n")
    first = project.bench("--fail-on=error", behaviour=DEAD_LINE)
    resumed = project.pytest(f"--resume={first.run}", behaviour=EMPTY)
    assert resumed.outcomes == {"deselected": 6, "passed": 2, "unsolved": 1}
    assert len(resumed.records) == 4


def test_the_settings_are_the_runs_and_not_the_ini_files(project: Project) -> None:
    first = project.bench("--fail-on=error", behaviour=DEAD_LINE)
    project.write("pytest.ini", f"{INI}ecom_count = 3\necom_seed = 5\necom_agent = oracle\necom_max_turns = 2\n")
    resumed = project.pytest(f"--resume={first.run.name}", "--customer=agenda", behaviour=EMPTY)
    kept = {"agent", "customer", "count", "seed", "max_turns", "ecom_dir"}
    assert {name: resumed.manifest.settings[name] for name in kept} == {
        name: first.manifest.settings[name] for name in kept
    }
    assert resumed.summary.complete


# What is refused


@pytest.fixture(scope="module")
def broken_off(shared: Project) -> Session:
    """A run that lacks a trial."""
    return shared.bench("--shard=1/2", "--count=2", "--fail-on=error", behaviour=DEAD_LINE)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("--count=3", "the run was made with --count=2, not with --count=3"),
        ("--agent=oracle", "the run was made with --agent=bots:build, not with --agent=oracle"),
        ("--customer=human", "the run was made with --customer=agenda, not with --customer=human"),
        ("--persona=random", "the run was made with no --persona, not with --persona=random"),
        ("--time-limit=5", "the run was made with --time-limit=600.0, not with --time-limit=5.0"),
        ("--shard=2/2", "the run was made with --shard=1/2, not with --shard=2/2"),
    ],
)
def test_an_option_that_asks_for_another_run_is_refused(
    given: str, told: str, shared: Project, broken_off: Session
) -> None:
    refused(shared.pytest(f"--resume={broken_off.run.name}", given), told)


@WAYS
def test_the_runs_own_options_may_be_given(workers: tuple[str, ...], shared: Project, broken_off: Session) -> None:
    resumed = shared.bench(f"--resume={broken_off.run}", "--count=2", "--shard=1/2", *workers, behaviour=EMPTY)
    assert resumed.summary.complete
    assert resumed.manifest.selected == broken_off.manifest.selected
    assert resumed.manifest.settings["shard"] == "1/2"


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ("nowhere", "--resume=nowhere: no such run; give a run's folder, or its name under reports/"),
        ("data", "--resume=data: no such run"),
    ],
)
def test_what_is_no_run_is_refused(run: str, told: str, shared: Project) -> None:
    refused(shared.pytest(f"--resume={run}"), told)


def test_a_folder_of_runs_stands_for_the_only_one_in_it(project: Project) -> None:
    first = project.bench("--fail-on=error", behaviour=DEAD_LINE)
    resumed = project.pytest("--resume=reports", behaviour=EMPTY)
    assert resumed.manifest.resumed == first.run.name
    refused(project.pytest("--resume=reports"), f"--resume=reports: holds 2 runs, the latest is {resumed.run.name}; ")


def test_a_journal_that_is_no_journal_is_refused(shared: Project, broken_off: Session) -> None:
    copy = shutil.copytree(broken_off.run, shared.folder / "scratched")
    (copy / "journal.jsonl").write_text("{}\n" + "".join(lines(copy)), encoding="utf-8")
    refused(shared.pytest("--resume=scratched"), "journal.jsonl: line 1 is no record")


def changed(folder: Path, key: str, change: Mapping[str, object]) -> None:
    """Rewrite the manifest as if ``key`` had been other."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest[key] |= change
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "change", "told"),
    [
        ("versions", {"ecom-fixtures": "0.0.9"}, "another version of ecom-fixtures (0.0.9, now "),
        ("fingerprints", {"world": "0123456789"}, "another world (shop 01234567, now shop "),
        (
            "models",
            {"agent": {"model": "m", "base_url": "u", "key": "k"}},
            "another model of the agent (m at u, now none)",
        ),
    ],
)
def test_another_version_world_or_model_is_refused(
    key: str, change: Mapping[str, object], told: str, shared: Project, broken_off: Session, tmp_path: Path
) -> None:
    copy = shutil.copytree(broken_off.run, tmp_path / "run")
    changed(copy, key, change)
    refused(shared.pytest(f"--resume={copy}"), told)


@WAYS
@pytest.mark.parametrize(
    ("file", "told"),
    [("policy/agent.md", "another policy ("), ("personas/core.yaml", "another dataset (")],
)
def test_another_dataset_is_refused(file: str, told: str, workers: tuple[str, ...], project: Project) -> None:
    first = project.bench("--fail-on=error", behaviour=DEAD_LINE)
    path = project.folder / "data" / file
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    refused(project.pytest(f"--resume={first.run.name}", *workers), told)


def refused(session: Session, told: str) -> None:
    """The session has said ``told`` in one line, and has run nothing."""
    assert session.status == pytest.ExitCode.USAGE_ERROR, session.output
    [line] = [line for line in session.lines if "ERROR: " in line]
    assert told in line
    assert "Traceback" not in session.output
    assert session.runs == ()
