"""A session without benchmark tests: the plugin does nothing, and takes no name away."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .project import Project

HEAVY = ("pydantic", "yaml", "langgraph", "openai", "mcp", "scipy", "sqlmodel", "httpx2", "jinja2")
ORDINARY = "def test_ordinary():\n    assert True\n"
OWN_NAMES = """\
import pytest

@pytest.fixture
def task():
    return "mine"

@pytest.fixture
def trial(task):
    return task + ", too"

def test_fixtures(trial):
    assert trial == "mine, too"

@pytest.mark.parametrize("agent", [1, 2])
def test_a_parameter(agent):
    assert agent in (1, 2)

@pytest.mark.parametrize(("trial", "task"), [(1, 2), (3, 4)])
def test_parameters(trial, task):
    assert task == trial + 1
"""


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["in process", "with workers"])
def test_an_ordinary_session_leaves_no_folder_and_no_line(arguments: tuple[str, ...], project: Project) -> None:
    project.write("test_ordinary.py", ORDINARY)
    session = project.pytest("test_ordinary.py", *arguments)
    assert session.outcomes == {"passed": 1}
    assert session.status == pytest.ExitCode.OK
    ours = [line for line in session.lines if "ecom" in line.lower()]
    assert [line.partition(":")[0] for line in ours] == ["plugins"]
    assert not (project.folder / "reports").exists()


def test_an_ordinary_session_imports_nothing_heavy(project: Project) -> None:
    project.write("test_ordinary.py", ORDINARY)
    code = (
        "import json, sys, pytest\n"
        "assert pytest.main(['-q', 'test_ordinary.py']) == 0\n"
        f"print(json.dumps(sorted(set({HEAVY!r}) & set(sys.modules))))\n"
        "print('ecom_fixtures.plugin' in sys.modules)\n"
    )
    # jinja2 is pytest-html's own, which is loaded in every session.
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=60, check=True)
    *_, imported, loaded = done.stdout.splitlines()
    assert loaded == "True"
    assert set(json.loads(imported)) <= {"jinja2"}


def test_own_fixtures_and_parameters_of_the_same_names_work_undisturbed(project: Project) -> None:
    project.write("test_own.py", OWN_NAMES)
    session = project.pytest("test_own.py")
    assert session.outcomes == {"passed": 5}
    assert not session.runs


def test_the_plugin_may_be_named_in_a_conftest_too(project: Project) -> None:
    project.write("conftest.py", 'pytest_plugins = ["ecom_fixtures.plugin"]\n')
    project.write("test_ordinary.py", ORDINARY)
    assert project.pytest("test_ordinary.py").outcomes == {"passed": 1}
