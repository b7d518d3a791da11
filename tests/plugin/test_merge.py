"""One run on several machines: its shards, the run that they are merged into, and what can't be merged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ecom_fixtures.cli import main
from ecom_fixtures.runs.manifest import MANIFEST, Manifest
from ecom_fixtures.runs.tasks import PlayedTasks

from .project import TASKS, Project, Session
from .taken_up import counts, cut_short, lines

CLUMSY = ("--agent=apprentice", "--seed=1", "--count=3")
Merge = Callable[..., tuple[int, str]]
REVERSED = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"


@pytest.fixture(scope="module")
def whole(shared: Project) -> Session:
    return shared.pytest(*CLUMSY)


@pytest.fixture(scope="module")
def shards(shared: Project) -> tuple[Session, Session]:
    """Both halves of the whole; the second has its tests in another order, and two workers."""
    one = shared.pytest(*CLUMSY, "--shard=1/2", "--ecom-reports=one")
    conftest = shared.write("conftest.py", REVERSED)
    other = shared.pytest(*CLUMSY, "--shard=2/2", "--ecom-reports=other", "-n2")
    conftest.unlink()
    return folders_of(one, shared, "one"), folders_of(other, shared, "other")


def folders_of(session: Session, project: Project, reports: str) -> Session:
    """The session, whose run lies elsewhere."""
    [folder] = (project.folder / reports).iterdir()
    return Session(**{**vars(session), "runs": (folder,)})


@pytest.fixture
def merged(capsys: pytest.CaptureFixture[str]) -> Merge:
    """``ecom merge``, with its exit status and what it prints."""

    def merge(*arguments: str | Path) -> tuple[int, str]:
        status = main(["merge", *map(str, arguments)])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return merge


def test_shards_are_disjoint_and_together_all(whole: Session, shards: tuple[Session, Session]) -> None:
    one, other = (set(shard.manifest.cases) for shard in shards)
    assert (len(one), len(other)) == (6, 6)
    assert one | other == set(whole.manifest.cases)
    assert shards[0].manifest.selected == shards[1].manifest.selected != ""


def test_a_shard_is_of_what_is_selected(project: Project) -> None:
    project.write("test_plain.py", "def test_plain():\n    pass\n")
    parts = [project.pytest("-k", "t01 or plain", "--count=3", f"--shard={number}/3") for number in (1, 2, 3)]
    assert [len(part.manifest.cases) for part in parts] == [2, 1, 1]
    assert sorted((case.task_id, case.trial) for part in parts for case in part.manifest.cases) == [
        (task, 1) for task in sorted(TASKS)
    ]
    assert [part.outcomes["passed"] for part in parts] == [3, 2, 2]


def test_a_shard_of_last_failures_divides_those(project: Project) -> None:
    project.bench(behaviour={"*": "empty"})
    first = project.bench("--lf", "--shard=1/4", behaviour={"*": "empty"})
    assert len(first.manifest.cases) == 1
    assert first.outcomes["deselected"] == 3


def test_more_shards_than_trials_leave_some_empty(shared: Project) -> None:
    session = shared.pytest("--shard=5/5")
    assert (session.status, session.runs) == (pytest.ExitCode.NO_TESTS_COLLECTED, ())


def test_merged_shards_are_the_whole_run(
    whole: Session, shards: tuple[Session, Session], merged: Merge, tmp_path: Path
) -> None:
    out = tmp_path / "all"
    status, told = merged(shards[1].run, shards[0].run, "--out", out)
    assert status == 0, told
    assert f"merged 2 runs, 12 trials: {out}" in told
    assert "INCOMPLETE" not in told
    assert counts(out) == counts(whole.run)
    manifest = Manifest.read(out)
    assert manifest.cases == whole.manifest.cases
    assert manifest.merged == (shards[1].run.name, shards[0].run.name)
    assert manifest.identity == whole.manifest.identity
    assert manifest.processes == 3
    assert manifest.wall_seconds == max(shard.manifest.wall_seconds or 0 for shard in shards)
    assert PlayedTasks.read(out) == PlayedTasks.read(whole.run)
    assert {file.name: file.read_bytes() for file in (out / "pictures").glob("*")} == {
        file.name: file.read_bytes() for file in (whole.run / "pictures").glob("*")
    }
    assert sorted(lines(out)) == sorted(lines(shards[0].run) + lines(shards[1].run))
    assert json.loads((out / "summary.json").read_text("utf-8"))["complete"]
    assert (out / "report.html").is_file()


def test_a_merged_run_lies_beside_the_first_and_can_be_reported(
    shards: tuple[Session, Session], merged: Merge, tmp_path: Path
) -> None:
    copies = [shutil.copytree(shard.run, tmp_path / shard.run.name) for shard in shards]
    assert merged(*copies)[0] == 0
    [made] = tmp_path.glob("*-apprentice-merged")
    assert main(["report", str(made)]) == 0


def test_runs_of_different_tasks_are_merged(shared: Project, merged: Merge, tmp_path: Path) -> None:
    one, other = (shared.pytest("-k", task) for task in TASKS[:2])
    assert merged(one.run, other.run, "--out", tmp_path / "both")[0] == 0
    assert Manifest.read(tmp_path / "both").tasks == TASKS[:2]


def test_what_merged_runs_lack_can_be_resumed(
    shared: Project, whole: Session, shards: tuple[Session, Session], merged: Merge, tmp_path: Path
) -> None:
    first = shutil.copytree(shards[0].run, tmp_path / "first")
    cut_short(first, 4)
    status, told = merged(first, shards[1].run, "--out", tmp_path / "all")
    assert status == 0
    assert "INCOMPLETE: 2 of 12 trials are not judged (" in told
    assert f"pytest --resume={tmp_path / 'all'}" in told
    resumed = shared.pytest(f"--resume={tmp_path / 'all'}")
    assert counts(resumed.run) == counts(whole.run)


# What is refused


def test_one_run_is_refused(shards: tuple[Session, Session], merged: Merge) -> None:
    refused(merged(shards[0].run), "to merge takes two runs or more; give the folder of each")


def test_a_run_that_is_given_twice_is_refused(shards: tuple[Session, Session], merged: Merge, tmp_path: Path) -> None:
    copy = shutil.copytree(shards[0].run, tmp_path / "copy")
    refused(merged(shards[0].run, copy), f"{copy}: this run is given twice")


def test_what_is_no_run_is_refused(shards: tuple[Session, Session], merged: Merge, tmp_path: Path) -> None:
    refused(merged(shards[0].run, tmp_path), f"{tmp_path}/manifest.json: cannot be read")


def test_a_folder_that_is_there_already_is_refused(
    shards: tuple[Session, Session], merged: Merge, tmp_path: Path
) -> None:
    status, told = merged(*(shard.run for shard in shards), "--out", tmp_path)
    refused((status, told), f"{tmp_path}: a run can't be written there (File exists)")


def test_a_trial_in_two_runs_is_refused(whole: Session, shards: tuple[Session, Session], merged: Merge) -> None:
    told = f"{whole.run.name} and {shards[1].run.name} (shard 2/2) have trials in common, 6 of them, the first is "
    refused(merged(whole.run, shards[1].run), told)


def deeply_update(values: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict):
            deeply_update(values[key], value)
        else:
            values[key] = value


@pytest.fixture
def altered(shards: tuple[Session, Session], tmp_path: Path) -> Callable[..., Path]:
    """The second shard with other keys in its manifest."""
    number = count()

    def alter(**change: object) -> Path:
        copy = shutil.copytree(shards[1].run, tmp_path / f"altered-{next(number)}")
        manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
        deeply_update(manifest, change)
        (copy / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        return copy

    return alter


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"agent": "oracle"}, "--agent is apprentice in the first, oracle in the other"),
        ({"customer": "human"}, "--customer is agenda in the first, human in the other"),
        ({"settings": {"max_turns": 9}}, "--max-turns is 20 in the first, 9 in the other"),
        ({"settings": {"persona": "random"}}, "--persona is none in the first, random in the other"),
        ({"fingerprints": {"dataset": "0123456789"}}, "in the first, 01234567 in the other"),
        ({"fingerprints": {"policy": "0123456789"}}, "policy is "),
        ({"versions": {"ecom-fixtures": "0.0.9"}}, "version of ecom-fixtures is "),
        ({"identity": {"run": {"judging rules": "0"}}}, "judging rules is "),
        ({"identity": {"tasks": {TASKS[1]: "0"}}}, f"measures another {TASKS[1]} than the runs before it"),
        ({"selected": "0123456789"}, "are of different selections"),
    ],
)
def test_what_was_measured_otherwise_is_refused(
    change: dict[str, object], told: str, shards: tuple[Session, Session], altered: Callable[..., Path], merged: Merge
) -> None:
    refused(merged(shards[0].run, altered(**change)), told)


def test_a_missing_shard_is_refused(project: Project, merged: Merge) -> None:
    one, other = (project.pytest(f"--shard={number}/3").run for number in (1, 3))
    refused(merged(one, other), "shard 2/3 is missing")


def test_shards_of_different_selections_are_refused(project: Project, merged: Merge) -> None:
    one = project.pytest("--shard=1/2", "-k", f"{TASKS[0]} or {TASKS[1]}")
    other = project.pytest("--shard=2/2", "-k", f"{TASKS[2]} or {TASKS[3]}")
    told = f"{one.run.name} (shard 1/2) and {other.run.name} (shard 2/2) are of different selections"
    refused(merged(one.run, other.run), told)


def refused(done: tuple[int, str], told: str) -> None:
    """It is one sentence, and nothing was written."""
    status, printed = done
    assert status == 4, printed
    assert told in printed
    assert printed.startswith("error: ")
    assert printed.count("\n") == 1
