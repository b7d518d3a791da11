"""The README tells what is there: its tables match the code, and its examples run as they are printed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from forked import Forked

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.models.presets import load_presets
from ecom_fixtures.runs.journal import JOURNAL, read_journal
from ecom_fixtures.settings import OPTIONS
from ecom_fixtures.trial.record import Record
from ecom_fixtures.worlds.shop.reference import reference_agents

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading, up to the next of the same level."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str, *head: str) -> list[list[str]]:
    """The cells of the table with that head."""
    table = text.partition(f"| {' | '.join(head)} |\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[1:]]


def example(name: str) -> str:
    """The code block that begins with the comment ``# name``."""
    found = re.search(rf"^```\w+\n(# {re.escape(name)}\n.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found, f"the README has no example {name}"
    return found[1]


def run(folder: Path, *arguments: str) -> list[Record]:
    """Run pytest in ``folder`` and return the trials of the one run."""
    shutil.rmtree(folder / "reports", ignore_errors=True)
    session = Forked.start(folder, ["-q", "-p", "no:langsmith_plugin", *arguments], folder / "log.txt")
    status, output = session.finish(timeout=60)
    assert status in (0, 1), output
    [journal] = folder.glob(f"reports/*/{JOURNAL}")
    return read_journal(journal)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Another project, with the README's test in it."""
    (tmp_path / "test_agent.py").write_text(example("test_agent.py"), encoding="utf-8")
    return tmp_path


def test_the_options_table_is_that_of_the_command_line() -> None:
    expected = [
        [f"`--{option.name}={option.metavar}`", f"`{option.default}`" if option.default else "", option.help]
        for option in OPTIONS
    ]
    assert rows(section("Options"), "option", "default", "meaning") == expected


def test_every_preset_stands_with_its_key_variable() -> None:
    expected = [[f"`{name}`", f"`{preset.key}`"] for name, preset in load_presets().items()]
    assert rows(section("Agents"), "preset", "variable") == expected


def test_every_reference_agent_stands_in_its_table() -> None:
    expected = [f"`{name}`" for name in reference_agents(Dataset.load(default_folder()))]
    assert [name for name, _ in rows(section("Agents"), "agent", "what it does")] == expected


def test_the_number_of_tasks_is_told_as_it_is() -> None:
    tasks = Dataset.load(default_folder()).tasks
    pictures = sum(bool(task.pictures) for task in tasks)
    assert f"{len(tasks)} tasks, {pictures} with pictures" in section("Limits")
    assert f"{len(tasks)} tasks x 3 trials" in section("Quick start")


def test_the_part_on_the_dataset_is_what_the_command_writes() -> None:
    command = [sys.executable, "scripts/describe_dataset.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "benchmarks/README.md"])
def test_links_to_files_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.slow
def test_the_agent_of_ones_own_is_judged(project: Path) -> None:
    (project / "my_bot.py").write_text(example("my_bot.py"), encoding="utf-8")
    records = run(project, "test_agent.py", "--agent=my_bot:Bot", "--customer=agenda", "--max-turns=60", "-k", "refund")
    assert {record.ended_by for record in records} <= {"stop", "turns"}
    assert all(record.judged and "I can't help with that yet" in str(record.events) for record in records)


@pytest.mark.slow
@pytest.mark.parametrize(("agent", "solves"), [("oracle", True), ("dump", False)])
def test_the_task_is_solved_by_the_oracle_alone(project: Path, agent: str, solves: bool) -> None:
    shutil.copytree(default_folder(), project / "data")
    (project / "data" / "tasks" / "hurry-the-desk.yaml").write_text(example("hurry-the-desk.yaml"), encoding="utf-8")
    [record] = run(project, "-k", "hurry-the-desk", "--ecom-dir=data", f"--agent={agent}")
    assert record.judged
    assert record.passed is solves


@pytest.mark.slow
def test_the_tests_of_ones_own_pass(project: Path) -> None:
    (project / "test_own.py").write_text(example("test_own.py"), encoding="utf-8")
    records = run(project, "test_own.py", "-k", "exchange", "--junitxml=done.xml")
    tasks = Dataset.load(default_folder()).tasks
    assert len(records) == sum("exchange" in f"{task.id} {task.words}" for task in tasks)
    assert 'errors="0" failures="0"' in (project / "done.xml").read_text(encoding="utf-8")
