"""A baseline that one session saves and others are held against: exit status, last line, what is said and left out."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ecom_fixtures.cli import main
from ecom_fixtures.gate.baseline import Baseline

from .project import TASKS, Project, Session

FILE = "baselines/main.json"
# The fewest with which every one of four tasks can be shown to have got worse.
COUNT = "--count=5"


@pytest.fixture(scope="module")
def saving(shared: Project) -> Session:
    """The session that has saved the baseline, of an agent that solves everything."""
    return shared.pytest(COUNT, f"--save-baseline={FILE}")


@pytest.fixture(scope="module")
def equal(shared: Project, saving: Session) -> Session:
    return shared.pytest(COUNT, "--seed=1", f"--baseline={FILE}")


@pytest.fixture(scope="module")
def worse(shared: Project, saving: Session) -> Session:
    return shared.pytest(COUNT, "--seed=1", "--agent=null", f"--baseline={FILE}")


def last(session: Session) -> str:
    return session.lines[-1]


def test_a_baseline_is_saved_and_said_to_be(shared: Project, saving: Session) -> None:
    assert saving.status == 0
    assert f"baseline: written to {FILE}" in saving.lines
    baseline = Baseline.read(shared.folder / FILE)
    assert (baseline.agent, baseline.runs) == ("oracle", (saving.run.name,))
    assert {name: (task.passed, task.trials) for name, task in baseline.tasks.items()} == dict.fromkeys(TASKS, (5, 5))


def test_the_file_is_sorted_and_has_a_line_for_each_task(shared: Project, saving: Session) -> None:
    text = (shared.folder / FILE).read_text(encoding="utf-8")
    data = json.loads(text)
    assert list(data["tasks"]) == sorted(TASKS)
    assert all(len(re.findall(f'(?m)^    "{task}": {{.*}},?$', text)) == 1 for task in TASKS)
    assert str(shared.folder) not in text


def test_an_equal_agent_passes_and_the_last_line_says_so(equal: Session) -> None:
    assert equal.status == 0
    assert last(equal) == "exit 0: no worse than the baseline: pass^1 100.0 % before, 100.0 % now"
    assert "by task: no single task changed by more than chance" in equal.lines


def test_a_worse_agent_fails_and_is_told_why(worse: Session) -> None:
    assert worse.status == 1
    assert last(worse).startswith(
        "exit 1: worse than the baseline: pass^1 100.0 % before, 0.0 % now; fell by at least "
    )
    assert re.search(r"; fell by at least \d\d\.\d points and .* got worse$", last(worse))
    assert all(task in last(worse) for task in TASKS)
    for task in TASKS:
        assert f"got worse: {task} 5/5 -> 0/5" in worse.output
    assert "by class: partially resolved 0.0 % -> 100.0 %" in " ".join(worse.output.split())


def test_the_alarm_tells_commands_that_work(
    shared: Project, saving: Session, worse: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    again = [line.partition("#")[0].split() for line in worse.lines if line.startswith("  pytest --")]
    assert again == [
        ["pytest", "--agent=null", COUNT, "--ecom-dir=data", "--seed=2"],
        ["pytest", COUNT, "--ecom-dir=data", "--seed=2"],
    ]
    [confirm] = [line for line in worse.lines if line.startswith("  ecom compare")]
    _, *arguments = shlex.split(confirm)
    folders = {"NEW2": str(worse.run), "BASE2": str(saving.run)}
    assert main([folders.get(word, word) for word in arguments]) == 1
    assert "worse than the baseline" in capsys.readouterr().out
    assert arguments[:4] == ["compare", "NEW2", "BASE2", "--alpha=0.2"]
    assert set(arguments[4:]) == {"--ask=overall", *(f"--ask={task}" for task in TASKS)}


def test_the_console_script_decides_the_same_from_files(
    shared: Project, equal: Session, worse: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    for session, status in ((equal, 0), (worse, 1)):
        assert main(["compare", str(session.run), str(shared.folder / FILE)]) == status
        said = capsys.readouterr().out.splitlines()
        sentence = next(line for line in said if line.startswith(("PASSES", "FAILS"))).partition(": ")[2]
        assert sentence in last(session)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--baseline=nowhere.json",), "baseline {}/nowhere.json: cannot be read (No such file or directory)"),
        (("--baseline=pytest.ini",), "baseline {}/pytest.ini: is no JSON"),
        ((f"--baseline={FILE}", "--max-turns=5"), "has another --max-turns (5, not 20); save a new baseline, or"),
        ((f"--baseline={FILE}", "--persona=random"), "has another --persona (random, not none)"),
        (
            (f"--baseline={FILE}", "--agent=bots:build", "--customer=openai:m@http://127.0.0.1:9/v1"),
            "has another customer (openai:m@http://127.0.0.1:9/v1, not agenda)",
        ),
        (("--save-baseline=data",), "--save-baseline=data: is a folder; give the name of a file"),
    ],
)
def test_what_cant_be_compared_is_said_before_any_trial(
    shared: Project, saving: Session, arguments: tuple[str, ...], told: str
) -> None:
    session = shared.pytest(*arguments)
    assert (session.status, session.runs) == (4, ())
    assert told.format(shared.folder) in session.output
    assert "Traceback" not in session.output


def test_other_conditions_are_compared_when_that_is_asked_for(shared: Project, saving: Session) -> None:
    session = shared.pytest(COUNT, "--max-turns=19", f"--baseline={FILE}", "--baseline-anyway")
    assert session.status == 0
    assert "another --max-turns (19, not 20)" in session.output


def test_a_task_that_has_changed_is_left_out_and_named(project: Project, shared: Project, saving: Session) -> None:
    """In a project of its own, in another folder: only what is edited has another hash there."""
    file = project.task_file("desk-exchange-second-choice")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("What are the repair terms", "Which are the repair terms"), encoding="utf-8")
    session = project.pytest(COUNT, f"--baseline={shared.folder / FILE}")
    assert "left out, since changed since the baseline: desk-exchange-second-choice" in session.lines
    assert session.status == 0


def test_with_few_of_the_tasks_nobody_can_tell(project: Project, shared: Project, saving: Session) -> None:
    data = json.loads((shared.folder / FILE).read_text(encoding="utf-8"))
    for task in TASKS[:3]:
        data["tasks"][task]["hash"] = "of another day"
    baseline = project.write("other.json", json.dumps(data))
    session = project.pytest(COUNT, f"--baseline={baseline}")
    assert session.status == 1
    assert "exit 1: can't tell: whether it is worse than the baseline can't be said of 1 of 4 tasks" in last(session)


def test_a_baseline_of_other_tasks_is_refused_before_any_trial(
    project: Project, shared: Project, saving: Session
) -> None:
    data = json.loads((shared.folder / FILE).read_text(encoding="utf-8"))
    data["tasks"] = {f"another-{task}": counts for task, counts in data["tasks"].items()}
    baseline = project.write("other.json", json.dumps(data))
    session = project.pytest(COUNT, f"--baseline={baseline}")
    assert (session.status, session.runs) == (4, ())
    assert "nothing can be compared with this run, since they have no task in common" in session.output


def test_a_selection_is_compared_over_its_own_tasks(shared: Project, saving: Session) -> None:
    session = shared.pytest(COUNT, "-k", TASKS[0], f"--baseline={FILE}")
    assert session.status == 0
    assert any(line.startswith("not run: 3 tasks of the baseline") for line in session.lines)


def test_missing_trials_leave_it_open_and_the_run_is_named(shared: Project, saving: Session) -> None:
    """A bot that solves nothing: one trial of a task that it might have solved, and nobody can tell."""
    curt, missing = {"*": "curt"}, {"U1006": "network", "*": "curt"}
    before = shared.bench("--count=2", "--save-baseline=curt.json", behaviour=curt)
    assert before.status == 0
    session = shared.bench("--count=2", "--baseline=curt.json", "--save-baseline=new.json", behaviour=missing)
    assert session.status == 1
    assert not (shared.folder / "new.json").exists()
    assert "--save-baseline=new.json is not written: " in last(session)
    assert "2 of 8 trials are not judged" in last(session)
    assert f"pytest --resume={session.run}" in last(session)


def test_a_run_in_which_every_trial_crashes_is_no_baseline(shared: Project) -> None:
    session = shared.bench("--count=2", "--save-baseline=crashed.json", behaviour={"*": "crash"})
    assert session.status == 1
    assert "the agent crashed in every trial" in last(session)
    assert not (shared.folder / "crashed.json").exists()


def test_a_folder_serves_as_a_baseline_too(shared: Project, saving: Session) -> None:
    session = shared.pytest(COUNT, f"--baseline={saving.run.relative_to(shared.folder)}")
    assert session.status == 0
    assert "no worse than the baseline" in last(session)


def test_workers_find_the_same_tasks(shared: Project, saving: Session) -> None:
    session = shared.pytest(COUNT, "-n", "2", f"--baseline={FILE}")
    assert session.status == 0
    assert session.manifest.identity == saving.manifest.identity


def test_runs_are_pooled_by_the_console_script(
    shared: Project, saving: Session, equal: Session, worse: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    out = shared.folder / "pooled.json"
    assert main(["baseline", str(saving.run), str(equal.run), "--out", str(out)]) == 0
    assert "4 tasks, 40 trials of 2 runs" in capsys.readouterr().out
    assert {task.trials for task in Baseline.read(out).tasks.values()} == {10}
    for runs, told in (
        ((saving.run, saving.run), "stands twice"),
        ((saving.run, worse.run), "another agent (null, not oracle)"),
    ):
        assert main(["baseline", *map(str, runs), "--out", str(out)]) == 4
        assert told in capsys.readouterr().err


def test_a_journal_that_is_torn_in_its_middle_is_named(
    shared: Project, saving: Session, equal: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (equal.run / "journal.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    for name in ("manifest.json", "journal.jsonl"):
        (tmp_path / name).write_bytes((equal.run / name).read_bytes())
    (tmp_path / "journal.jsonl").write_text("".join([lines[0][:50] + "\n", *lines[1:]]), encoding="utf-8")
    assert main(["compare", str(tmp_path), str(shared.folder / FILE)]) == 4
    assert "line 1 is no record" in capsys.readouterr().err


def test_a_run_that_was_taken_up_again_becomes_a_baseline(shared: Project) -> None:
    first = shared.bench("--count=2", behaviour={"U1006": "network", "*": "curt"})
    session = shared.bench(
        f"--resume={first.run}", "--count=2", "--save-baseline=resumed.json", behaviour={"*": "curt"}
    )
    assert "baseline: written to resumed.json" in session.lines
    assert {task.trials for task in Baseline.read(shared.folder / "resumed.json").tasks.values()} == {2}


def test_a_run_of_several_parts_is_held_against_the_baseline(
    shared: Project, saving: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [shared.pytest(COUNT, f"--shard={shard}") for shard in ("1/2", "2/2")]
    assert main(["merge", *(str(part.run) for part in parts), "--out", str(tmp_path / "merged")]) == 0
    assert main(["compare", str(tmp_path / "merged"), str(shared.folder / FILE)]) == 0
    assert "left out" not in capsys.readouterr().out


def test_a_run_that_was_judged_again_is_held_against_the_baseline(
    shared: Project, saving: Session, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    assert main(["rescore", str(saving.run), "--ecom-dir", str(shared.folder / "data"), "--out", str(again)]) == 0
    assert main(["compare", str(again), str(shared.folder / FILE)]) == 0
