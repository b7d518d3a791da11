"""Which tests there are: ids, order, keywords, markers, and a collection that costs nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ecom_fixtures.dataset.folder import Dataset, default_folder

from .project import TASKS, Project, Session

HEAVY = ("langgraph", "openai", "mcp")


def collected(project: Project, *arguments: str) -> list[str]:
    """What stands in the brackets of the task tests' ids, in their order."""
    output = project.pytest("--collect-only", "-q", *arguments).output
    start = "test_bench.py::test_task["
    return [line.removeprefix(start)[:-1] for line in output.splitlines() if line.startswith(start)]


def test_an_id_is_the_task_alone_when_it_has_one_trial(shared: Project) -> None:
    assert collected(shared) == list(TASKS)


def test_ids_number_the_trials_and_run_trial_by_trial(shared: Project) -> None:
    assert collected(shared, "--count=3") == [f"{task}-t{trial:02}" for trial in (1, 2, 3) for task in TASKS]


def test_a_long_count_pads_all_trial_numbers_alike(shared: Project) -> None:
    ids = collected(shared, "--count=100", "-k", TASKS[0])
    assert (ids[0], ids[-1]) == (f"{TASKS[0]}-t001", f"{TASKS[0]}-t100")


def test_a_tag_is_a_keyword(shared: Project) -> None:
    tasks = Dataset.load(default_folder()).tasks
    expected = [task.id for task in tasks if "refund" in task.id or "refund" in task.words]
    assert len(expected) < len(tasks)
    assert collected(shared, "--ecom-dir", str(default_folder()), "-k", "refund") == expected


def test_a_task_with_a_picture_is_marked_multimodal(shared: Project) -> None:
    tasks = Dataset.load(default_folder()).tasks
    expected = [task.id for task in tasks if task.pictures]
    assert 0 < len(expected) < len(tasks)
    assert collected(shared, "--ecom-dir", str(default_folder()), "-m", "multimodal") == expected


def test_a_tag_with_a_dash_is_a_marker_with_an_underscore(project: Project) -> None:
    file = project.task_file(TASKS[1])
    file.write_text(file.read_text("utf-8").replace("tags: [", "tags: [persona-sensitive, "), encoding="utf-8")
    tagged = [task.id for task in Dataset.load(project.folder / "data").tasks if "persona-sensitive" in task.tags]
    assert TASKS[1] in tagged
    assert 0 < len(tagged) < len(TASKS)
    assert collected(project, "-m", "persona_sensitive") == tagged
    assert collected(project, "-m", "not persona_sensitive") == [task for task in TASKS if task not in tagged]


def test_markers_lists_the_tags_of_the_tasks(shared: Project) -> None:
    """Markers are registered at collection, so an unknown one is still an error under --strict-markers."""
    shared.write("test_typo.py", "import pytest\n\n@pytest.mark.refnud\ndef test_it(): pass\n")
    session = shared.pytest("--collect-only", "test_typo.py", "test_bench.py")
    assert "'refnud' not found in `markers`" in session.output
    assert session.output.count("ERROR collecting") == 1


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["in process", "with workers"])
def test_collecting_makes_no_folder(arguments: tuple[str, ...], shared: Project) -> None:
    session = shared.pytest("--collect-only", "-q", "test_bench.py", *arguments)
    assert session.status == pytest.ExitCode.OK
    assert not (shared.folder / "reports").exists()


def test_collecting_imports_neither_agent_framework_nor_client_nor_server(shared: Project) -> None:
    code = (
        "import json, sys, pytest\n"
        "assert pytest.main(['--collect-only', '-q', 'test_bench.py']) == 0\n"
        f"print(json.dumps(sorted(set({HEAVY!r}) & set(sys.modules))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shared.folder, capture_output=True, text=True, timeout=60, check=True
    )
    assert f"test_task[{TASKS[0]}]" in done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == []


ADD_OWN_SELECTION = """\
def pytest_collection_modifyitems(config, items):
    config.hook.pytest_deselected(items=items[2:])
    del items[2:]
"""


def planned(session: Session) -> list[tuple[str, int]]:
    return [(case.task_id, case.trial) for case in session.manifest.cases]


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["in process", "with workers"])
def test_the_manifest_plans_exactly_the_selected_trials(arguments: tuple[str, ...], project: Project) -> None:
    session = project.bench(*arguments, "--count=3", "-k", "t02", behaviour={"*": "empty"})
    assert planned(session) == [(task, 2) for task in TASKS]
    assert set(session.records) == set(planned(session))


@pytest.mark.parametrize("arguments", [(), ("-n1",)], ids=["in process", "with workers"])
def test_a_plugin_may_deselect_trials(arguments: tuple[str, ...], project: Project) -> None:
    project.write("conftest.py", ADD_OWN_SELECTION)
    session = project.bench(*arguments, behaviour={"*": "empty"})
    assert planned(session) == [(task, 1) for task in TASKS[:2]]
    assert session.summary.complete


def test_the_first_failure_leaves_the_plan_as_it_was(project: Project) -> None:
    session = project.bench("-x", behaviour={"*": "empty"})
    assert planned(session) == [(task, 1) for task in TASKS]
    again = project.bench("--lf", "-n2", behaviour={"*": "empty"})
    assert planned(again) == [(TASKS[0], 1)]
    assert again.summary.complete
