"""Real runs, judged again by the console script: nothing changes by itself, and what is changed is told."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ecom_fixtures.cli import main
from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.runs.journal import read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trial.record import Outcome, Record

from .project import TASKS, Project, Session

CASHBACK, CLEAR_OUT, MOVED, DESK = TASKS


@pytest.fixture(scope="module")
def solved(shared: Project) -> Session:
    return shared.pytest("--agent=oracle")


# A line of that task's first intent.
CONSENT = "consent: No, thank you. I only want to know what it is."


def dataset_of(project: Project, folder: Path, changes: Mapping[str, tuple[str, str]]) -> Path:
    """A copy of the project's dataset in which, by task, the first text is the second."""
    shutil.copytree(project.folder / "data", folder)
    for task, (old, new) in changes.items():
        file = folder / "tasks" / f"{task}.yaml"
        assert old in file.read_text("utf-8")
        file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def rescore(capsys: pytest.CaptureFixture[str], run: Path, dataset: Path, *more: str) -> str:
    """What the command prints, in one line; it changes nothing in the run."""
    before = contents(run)
    assert main(["rescore", str(run), "--ecom-dir", str(dataset), *more]) == 0
    assert contents(run) == before
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
@pytest.mark.parametrize("agent", ["apprentice", "write-everything", "dump"])
def test_an_untouched_run_is_judged_as_it_was(
    agent: str, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Of all tasks where each trial comes to something else, of few where they all come to the same.
    dataset = default_folder() if agent == "apprentice" else project.folder / "data"
    session = project.pytest(f"--agent={agent}", f"--ecom-dir={dataset}", timeout=300)
    told = rescore(capsys, session.run, dataset, "--out", str(tmp_path / "again"))
    assert "It is the dataset that the run was made with." in told
    assert f"None of {len(session.records)} trials is judged otherwise." in told
    assert "answered otherwise" not in told
    assert list(read_journal(tmp_path / "again" / "journal.jsonl")) == session.all_records
    assert Manifest.read(tmp_path / "again").identity == session.manifest.identity


def test_a_second_keyword_makes_a_trial_unsolved_and_says_so(
    shared: Project, solved: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keywords = f"{CONSENT}\n    keywords:\n      - any_of: [xylophone, marimba]"
    data = dataset_of(shared, tmp_path / "today", {CASHBACK: (CONSENT, keywords)})
    told = rescore(capsys, solved.run, data)
    assert "The run was made with another state of the dataset (" in told
    assert "1 of 4 trials changes: 1 no longer" in told
    assert f"{CASHBACK}, trial 1: solved -> unsolved" in told
    assert "new: required answer not said:" in told
    assert "'xylophone' or 'marimba'" in told
    assert "pass^1 100.0 % as the run was judged, 75.0 % today" in told


def test_another_accepted_way_makes_a_trial_solved_and_says_so(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who does nothing is right where doing nothing is accepted too."""
    session = project.bench(behaviour={"*": "curt"})
    assert session.records[DESK, 1].outcome is Outcome.FAILED
    data = dataset_of(project, tmp_path / "today", {})
    (data / "tasks" / f"{DESK}.yaml").write_text(_wanting_nothing(project.task_file(DESK).read_text("utf-8")), "utf-8")
    told = rescore(capsys, session.run, data, "--out", str(tmp_path / "again"))
    assert "1 now solved" in told
    assert f"{DESK}, trial 1: unsolved -> solved" in told
    assert "no longer: wrong final state: " in told
    again = {record.task: record for record in read_journal(tmp_path / "again" / "journal.jsonl")}
    assert again[DESK].outcome is Outcome.PASSED
    assert again[DESK].events == session.records[DESK, 1].events


def _wanting_nothing(text: str) -> str:
    """The task's text with what solving it takes left out, and doing nothing accepted."""
    import yaml

    content = yaml.safe_load(text)
    for intent in content["intents"]:
        intent.pop("searches", None)
        intent.pop("answers", None)
        if "actions" in intent:
            intent["or_actions"] = [[]]
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def test_the_new_folder_is_a_run_that_names_the_old_one(
    shared: Project, solved: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keywords = f"{CONSENT}\n    keywords:\n      - any_of: [xylophone]"
    data = dataset_of(shared, tmp_path / "today", {CASHBACK: (CONSENT, keywords)})
    out = tmp_path / "again"
    assert "report: file://" in rescore(capsys, solved.run, data, "--out", str(out))
    manifest, figures = Manifest.read(out), Figures.read(out / "summary.json")
    assert (manifest.run, manifest.rescored) == ("again", solved.run.name)
    assert manifest.fingerprints["dataset"] != solved.manifest.fingerprints["dataset"]
    assert figures.pass_k[0].value == 0.75
    then, now = solved.manifest.identity, manifest.identity
    assert then
    assert now
    assert now.run == then.run
    assert {task for task in TASKS if now.tasks[task] != then.tasks[task]} == {CASHBACK}
    assert "xylophone" in str(PlayedTasks.read(out).task(CASHBACK))
    assert (out / "report.html").is_file()
    assert main(["report", str(out)]) == 0
    assert "xylophone" in capsys.readouterr().out


def test_a_call_that_the_world_answers_otherwise_is_told(
    shared: Project, solved: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The desk has another name today."""
    data = dataset_of(shared, tmp_path / "today", {})
    for file in (data / "shop").rglob("*.yaml"):
        file.write_text(file.read_text("utf-8").replace("Stride", "Glide"), encoding="utf-8")
    told = rescore(capsys, solved.run, data, "--out", str(tmp_path / "again"))
    assert " would be answered otherwise today From there on the dialogue would have gone otherwise too" in told
    assert re.search(rf"{DESK}: \w+\(.*?\) in trial 1 then ok: [^:]*.*?Stride.*? today ok: .*?Glide", told)
    # Nobody knows what the agent would have done after it, so the task isn't compared with any other run's.
    identity = Manifest.read(tmp_path / "again").identity
    assert identity
    assert DESK not in identity.tasks
    assert CASHBACK in identity.tasks


def test_a_task_that_the_customer_would_put_otherwise_is_compared_with_no_other_run(
    shared: Project, solved: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = dataset_of(shared, tmp_path / "today", {CASHBACK: ("\n    goal: ", "\n    goal: Politely. ")})
    rescore(capsys, solved.run, data, "--out", str(tmp_path / "again"))
    identity = Manifest.read(tmp_path / "again").identity
    assert identity
    assert set(identity.tasks) == set(TASKS) - {CASHBACK}


def test_verbose_tells_every_trial(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = project.pytest("--agent=oracle", "--count=12", "-k", CASHBACK)
    keywords = f"{CONSENT}\n    keywords:\n      - any_of: [xylophone]"
    data = dataset_of(project, tmp_path / "today", {CASHBACK: (CONSENT, keywords)})
    told, everything = rescore(capsys, session.run, data), rescore(capsys, session.run, data, "-v")
    assert "12 of 12 trials change: 12 no longer" in told
    assert "and 2 more trials; -v tells them all" in told
    assert (told.count("solved -> unsolved"), everything.count("solved -> unsolved")) == (10, 12)


def test_what_was_not_judged_and_tasks_that_are_gone_stay_as_they_were(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = project.bench(behaviour={"U1022": "network"})
    data = dataset_of(project, tmp_path / "today", {})
    (data / "tasks" / f"{MOVED}.yaml").unlink()
    told = rescore(capsys, session.run, data, "--out", str(tmp_path / "again"))
    assert "2 trials judged again" in told
    assert "Left as they were: 1 trial that said nothing of the agent." in told
    assert f"Left as they were: 1 trial of tasks that the dataset hasn't got any more ({MOVED})." in told
    assert list(read_journal(tmp_path / "again" / "journal.jsonl")) == session.all_records


def test_a_refused_call_is_made_again_as_it_was_made(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Completed by the task's context, it would be accepted, and the state another."""
    project.write("bots.py", FORGETFUL)
    session = project.pytest("--agent=bots:Forgetful", "--customer=agenda", "-k", MOVED)
    [record] = session.all_records
    assert any(not event.ok for event in record.events if event.kind == "tool")
    told = rescore(capsys, session.run, project.folder / "data")
    assert "None of 1 trial is judged otherwise." in told
    assert "answered otherwise" not in told


# Leaves out what a call must say.
FORGETFUL = """\
class Forgetful:
    def __init__(self, brief):
        self.tools = brief.tools

    async def reply(self, messages):
        answer = await self.tools.call_tool("get_user_info", {})
        assert answer.is_error
        return "I can't find you."
"""


def test_pictures_that_a_model_has_read_are_taken_as_it_read_them(
    shared: Project, solved: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a run with --vision leaves it: the answers in other words, and the model among the settings."""
    run = tmp_path / "run"
    shutil.copytree(solved.run, run)
    manifest = solved.manifest
    manifest.model_copy(update={"settings": {**manifest.settings, "vision": "eyes"}}).write(run)
    records = [_seen_by_a_model(record) for record in solved.all_records]
    (run / "journal.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in records), encoding="utf-8")
    looks = sum("seen by a model" in str(event) for record in records for event in record.events)
    assert looks
    told = rescore(capsys, run, shared.folder / "data")
    assert "of pictures had been answered by eyes: these answers were taken as they stand" in told
    assert f"{looks} look-up" in told
    assert "answered otherwise" not in told


def _seen_by_a_model(record: Record) -> Record:
    events = tuple(
        event.model_copy(update={"result": json.dumps({"shows": "seen by a model"})})
        if event.kind == "tool" and event.tool == "get_image_info"
        else event
        for event in record.events
    )
    return record.model_copy(update={"events": events})


def test_wrong_use_is_one_sentence(
    shared: Project, solved: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, data = str(solved.run), str(shared.folder / "data")
    nothing = dataset_of(shared, tmp_path / "nothing", {})
    for file in (nothing / "tasks").iterdir():
        if file.stem != CASHBACK:
            file.unlink()
    task = nothing / "tasks" / f"{CASHBACK}.yaml"
    task.write_text(task.read_text("utf-8").replace(f"id: {CASHBACK}", "id: other"), encoding="utf-8")
    task.rename(task.with_stem("other"))
    wrong = {
        ("nowhere",): "nowhere/manifest.json: cannot be read",
        (run, "--ecom-dir", "nowhere"): "nowhere/tasks: no such folder",
        (run, "--ecom-dir", data, "--out", run): "must be a new folder that can be made",
        (run, "--ecom-dir", str(nothing)): "has none of the tasks of",
    }
    for arguments, sentence in wrong.items():
        assert main(["rescore", *arguments]) == 4
        printed = capsys.readouterr()
        assert sentence in printed.err
        assert len(printed.err.splitlines()) == 1
        assert "Traceback" not in printed.err


def test_the_papers_literal_rules_pass_whoever_makes_the_right_calls_and_says_nothing(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = project.pytest("--agent=mute")
    assert {record.outcome for record in session.all_records} == {Outcome.FAILED}
    told = rescore(capsys, session.run, project.folder / "data", "--rules=paper")
    assert "no longer: required answer not said: " in told
    assert re.search(r"[1-9] now solved", told)
    assert main(["rescore", str(session.run), "--rules=paper", "--out", str(tmp_path / "again")]) == 4
    assert "suite's rules only" in capsys.readouterr().err
