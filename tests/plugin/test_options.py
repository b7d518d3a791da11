"""Options and ini keys: what they set, and the one line that says what is wrong with them."""

from __future__ import annotations

import os
from random import Random

import pytest

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.settings import OPTIONS

from .project import TASKS, Project, Session


def assert_refused(session: Session, *parts: str) -> None:
    """The session said why in one line, ran nothing and left nothing behind."""
    assert session.status == pytest.ExitCode.USAGE_ERROR, session.output
    [error] = [line for line in session.lines if line.startswith("ERROR: ")]
    after = session.lines[session.lines.index(error) + 1 :]
    for part in parts:
        assert part in error
    assert not "".join(after).strip()
    assert "Traceback" not in session.output
    assert "INTERNALERROR" not in session.output
    assert not session.runs
    assert not (session.project / "reports").exists()


WRONG_VALUES = {
    ("--count=0",): ("--count must be a whole number from 1 up, got '0'",),
    ("--concurrency=0",): ("--concurrency must be a whole number from 1 up, got '0'",),
    ("--time-limit=x",): ("--time-limit must be a number of seconds above 0, got 'x'",),
    ("--max-turns=many",): ("--max-turns must be a whole number from 1 up, got 'many'",),
    ("--fail-on=nonsense",): ("--fail-on must be one of", "trial, gate, error", "got 'nonsense'"),
    ("--agent=nonsense",): ("unknown agent 'nonsense'", "oracle", "apprentice", "deepseek-v3", "module:factory"),
    ("--customer=nonsense",): ("unknown customer 'nonsense'", "agenda", "qwen-max"),
    ("--agent=deepseek-v3",): ("--agent=deepseek-v3", "environment variable DEEPSEEK_API_KEY"),
    ("--agent=bots:build",): (
        "--customer=qwen-max",
        "environment variable DASHSCOPE_API_KEY",
        "--customer=agenda",
        "--customer=PRESET",
    ),
    ("--agent=no_such_module:build",): ("--agent=no_such_module:build can't be imported", "No module named"),
    ("--agent=bots:no_such_factory",): ("--agent=bots:no_such_factory can't be imported", "no_such_factory"),
    ("--agent=bots:number",): ("--agent=bots:number: number is not callable",),
    ("--agent=bots:nothing", "--customer=agenda"): ("--agent=bots:nothing", "async def reply", "got NoneType"),
    ("--agent=bots:boom", "--customer=agenda"): ("--agent=bots:boom", "RuntimeError: no licence for today"),
    ("--agent=bots:leave", "--customer=agenda"): ("--agent=bots:leave", "SystemExit: no way"),
    ("--persona=calm-patient-cleer",): (
        "unknown persona",
        "an id from personas/*.yaml, random or ablation",
        "calm-patient-clear",
    ),
    ("--ecom-dir=nowhere",): ("nowhere/tasks: no such folder",),
    ("--ecom-reports=bots.py/reports",): ("--ecom-reports=", "bots.py/reports: can't be written"),
}


@pytest.mark.parametrize("arguments", WRONG_VALUES, ids=lambda arguments: arguments[0].removeprefix("--"))
def test_a_wrong_option_is_refused_in_one_line_before_anything_runs(
    arguments: tuple[str, ...], shared: Project
) -> None:
    assert_refused(shared.pytest(*arguments), *WRONG_VALUES[arguments])


# Found out by the options, by the dataset, and by the preflight.
@pytest.mark.parametrize("wrong", ["--count=0", "--ecom-dir=nowhere", "--agent=bots:boom"])
def test_it_is_so_with_workers_too(wrong: str, shared: Project) -> None:
    [(arguments, parts)] = [(key, parts) for key, parts in WRONG_VALUES.items() if key[0] == wrong]
    assert_refused(shared.pytest(*arguments, "-n1"), *parts)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_invalid_task_is_named_with_its_file_and_key(workers: str, project: Project) -> None:
    file = project.task_file(TASKS[1])
    project.write(f"data/tasks/{file.name}", file.read_text("utf-8").replace("persona:", "person:"))
    assert_refused(project.pytest("-n", workers), f"data/tasks/{file.name}:1: persona: field required")


def test_a_task_that_names_an_unknown_tool_is_named_with_its_file_and_key(project: Project) -> None:
    file = project.task_file(TASKS[0])
    text = file.read_text("utf-8").replace("get_installation_service_info", "get_instalation")
    project.write(f"data/tasks/{file.name}", text)
    assert_refused(project.pytest(), file.name, "searches: unknown tool 'get_instalation'")


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_task_whose_action_the_shop_refuses_is_named_before_any_trial_begins(workers: str, project: Project) -> None:
    file = project.task_file(TASKS[1])
    text = file.read_text("utf-8").replace('cancel, order_id: "251111002203"', 'cancel, order_id: "251111009999"')
    project.write(f"data/tasks/{file.name}", text)
    session = project.bench("-n", workers)
    assert_refused(session, file.name, "the shop refuses manage_order(", "251111009999")
    # At most a worker has tried the agent out.
    assert len(project.begun) <= 1


def test_a_task_file_that_cannot_be_read_is_named(project: Project) -> None:
    (project.folder / "data" / "tasks" / "folder.yaml").mkdir()
    assert_refused(project.pytest(), "data/tasks/folder.yaml: is a folder, and must be a file")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_key_that_stands_twice_is_named_with_its_file_and_line(workers: str, project: Project) -> None:
    file = project.task_file(TASKS[1])
    text = file.read_text("utf-8")
    file.write_text(text + "intents: []\n", "utf-8")
    line = text.count("\n") + 1
    assert_refused(project.pytest("-n", workers), f"data/tasks/{file.name}:{line}: intents: stands twice")


def test_a_task_file_nested_too_deeply_is_named(project: Project) -> None:
    project.task_file(TASKS[1]).write_text("intents: " + "[" * 100_000, "utf-8")
    assert_refused(
        project.pytest(), f"{TASKS[1]}.yaml:1: intents.0.", "more than 30 lists and mappings inside one another"
    )


def test_a_pipe_in_place_of_a_file_is_not_waited_for(project: Project) -> None:
    file = project.task_file(TASKS[1])
    file.unlink()
    os.mkfifo(file)
    assert_refused(project.pytest(), f"data/tasks/{file.name}: is a named pipe, and must be a file")


def test_a_policy_that_links_out_of_the_dataset_is_not_read(project: Project) -> None:
    policy = project.folder / "data" / "policy" / "agent.md"
    policy.rename(project.folder / "agent.md")
    policy.symlink_to(project.folder / "agent.md")
    assert_refused(project.pytest(), "data/policy/agent.md: is a symbolic link")


def test_a_dataset_reached_by_a_link_runs(project: Project) -> None:
    (project.folder / "data").rename(project.folder / "kept")
    (project.folder / "data").symlink_to("kept")
    assert project.pytest("-k", TASKS[0]).outcomes == {"passed": 1, "deselected": len(TASKS) - 1}


def test_a_broken_dataset_does_not_matter_to_tests_that_do_not_use_it(project: Project) -> None:
    project.task_file(TASKS[1]).write_text("a: [", encoding="utf-8")
    project.write("test_ordinary.py", "def test_ordinary(): pass\n")
    session = project.pytest("test_ordinary.py")
    assert session.outcomes == {"passed": 1}


def test_every_option_has_an_ini_key_and_the_command_line_goes_first(project: Project) -> None:
    ini = "ecom_count = 2\necom_agent = bots:build\necom_customer = agenda\necom_seed = 7\necom_concurrency = 3\n"
    project.write(
        "pytest.ini",
        (project.folder / "pytest.ini").read_text("utf-8") + ini + "ecom_max_turns = 1\necom_persona = random\n",
    )
    session = project.pytest("--seed=9", "-k", TASKS[0])
    manifest = session.manifest
    assert (manifest.count, manifest.agent, manifest.customer) == (2, "bots:build", "agenda")
    assert [manifest.settings[name] for name in ("seed", "concurrency", "max_turns")] == [9, 3, 1]
    assert len(session.records) == 2
    for record in session.records.values():
        assert record.seed == Case.of(record.task, record.trial, 9).seed
        assert record.persona == Random(record.seed).choice(sorted(Dataset.load(project.folder / "data").personas))


def test_a_wrong_ini_value_is_refused_by_the_name_of_its_key(project: Project) -> None:
    project.write("pytest.ini", (project.folder / "pytest.ini").read_text("utf-8") + "ecom_count = none\n")
    assert_refused(project.pytest(), "ini key ecom_count must be a whole number from 1 up, got 'none'")


def test_help_lists_every_option_and_ini_key(shared: Project) -> None:
    output = shared.pytest("--help", "-p", "no:repeat").output
    for option in OPTIONS:
        assert option.usage in output
        assert f"{option.ini} (string)" in output


@pytest.mark.parametrize("plugins", [(), ("-p", "no:repeat")], ids=["beside pytest-repeat", "alone"])
def test_count_repeats_the_task_tests_and_no_other(plugins: tuple[str, ...], project: Project) -> None:
    project.write("test_ordinary.py", "def test_ordinary(): pass\n")
    session = project.pytest(*plugins, "--count=3", "--collect-only", "-q")
    assert session.output.count("test_bench.py::test_task[") == 3 * len(TASKS)
    assert session.output.count("test_ordinary.py::test_ordinary") == 1
    assert "test_ordinary[" not in session.output


def test_count_of_addopts_and_persona_reach_the_workers(project: Project) -> None:
    ini = (project.folder / "pytest.ini").read_text("utf-8")
    project.write("pytest.ini", ini.replace("addopts =", "addopts = --count=2"))
    session = project.bench("-n1", "-k", TASKS[0], "--persona=angry-hasty-vague")
    assert session.manifest.count == 2
    assert sorted(session.records) == [(TASKS[0], 1), (TASKS[0], 2)]
    assert {record.persona for record in session.records.values()} == {"angry-hasty-vague"}
    assert session.manifest.tasks == (TASKS[0],)


def test_a_project_may_add_a_model_of_its_own(project: Project) -> None:
    project.write(
        "pyproject.toml",
        '[tool.ecom-fixtures.presets.house]\nmodel = "m"\nbase_url = "http://127.0.0.1:9"\nkey = "HOUSE_API_KEY"\n',
    )
    assert_refused(project.pytest("--agent=house"), "environment variable HOUSE_API_KEY")
