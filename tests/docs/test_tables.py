"""The pages tell what is there: their tables and figures match the code and the dataset."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Literal, get_args, get_origin

import pytest
from _pytest.fixtures import FixtureFunctionDefinition
from pages import ROOT, Page, page_at
from pydantic import BaseModel

from ecom_fixtures.cli import cli
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Fact, Intent, Keyword, Persona, Task
from ecom_fixtures.evaluation.judgement import Conduct, Failure, FailureClass, Verdict
from ecom_fixtures.gate.baseline import Baseline, BaselineTask
from ecom_fixtures.models.presets import load_presets
from ecom_fixtures.plugin import fixtures
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.settings import OPTIONS
from ecom_fixtures.trajectory import Message, ModelCall, ToolCall, Usage
from ecom_fixtures.trial.record import Record
from ecom_fixtures.validity.run import CHECKS
from ecom_fixtures.worlds.pictures import Sidecar
from ecom_fixtures.worlds.shop.reference import reference_agents
from ecom_fixtures.worlds.shop.toolbox import SPECS

DATASET = Dataset.load(default_folder())
README = page_at("README.md")
FILES = page_at("docs/reference/files-of-a-run.md")
JOURNAL = page_at("docs/reference/journal.md")
INPUT = page_at("docs/reference/dataset-files.md")
# Where a model's fields stand, and how the table is headed.
FIELDS: dict[type[BaseModel], tuple[Page, tuple[str, str]]] = {
    Manifest: (FILES, ("`manifest.json`", "is")),
    Figures: (FILES, ("`summary.json`", "is")),
    Baseline: (FILES, ("of a baseline", "is")),
    BaselineTask: (FILES, ("of a baseline's task", "is")),
    Record: (JOURNAL, ("of a record", "is")),
    Message: (JOURNAL, ("of a message", "is")),
    ToolCall: (JOURNAL, ("of a tool call", "is")),
    ModelCall: (JOURNAL, ("of a model call", "is")),
    Verdict: (JOURNAL, ("of the verdict", "is empty when the dimension is right, else holds")),
    Failure: (JOURNAL, ("of the failure", "is")),
    Conduct: (JOURNAL, ("of the conduct", "holds a line for each")),
    Usage: (JOURNAL, ("of the usage", "is")),
    Task: (INPUT, ("key of a task", "is")),
    Intent: (INPUT, ("key of an intent", "is")),
    Keyword: (INPUT, ("key of a keyword", "is")),
    Fact: (INPUT, ("key of a fact", "is")),
    Persona: (INPUT, ("key of a persona", "allows")),
    Sidecar: (INPUT, ("key of a sidecar", "is")),
}


def names(cells: Iterable[str]) -> list[str]:
    """All that stands as code in the cells."""
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("model", FIELDS, ids=lambda model: model.__name__)
def test_every_field_stands_in_its_table(model: type[BaseModel]) -> None:
    where, head = FIELDS[model]
    assert sorted(names(row[0] for row in where.rows(*head))) == sorted(model.model_fields)


def test_the_options_table_is_that_of_the_command_line() -> None:
    expected = [
        [f"`{option.usage}`", f"`{option.default}`" if option.default else "", option.help] for option in OPTIONS
    ]
    assert page_at("docs/reference/options.md").rows("option", "default", "meaning") == expected


def test_every_command_stands_in_its_table() -> None:
    told = page_at("docs/reference/commands.md").column("command", "does")
    assert [" ".join(command.split()[:2]) for command in told] == ["pytest", *(f"ecom {name}" for name in cli.commands)]


def test_every_preset_stands_with_its_key_variable() -> None:
    expected = [[f"`{name}`", f"`{preset.key}`"] for name, preset in load_presets().items()]
    assert page_at("docs/reference/models.md").rows("preset", "variable") == expected


def test_every_reference_agent_stands_in_its_table() -> None:
    agents = page_at("docs/reference/agents.md").column("agent", "what it does")
    assert agents == list(reference_agents(DATASET))


def test_every_fixture_stands_in_its_table() -> None:
    defined = (name for name, value in vars(fixtures).items() if isinstance(value, FixtureFunctionDefinition))
    public = {name for name in defined if not name.startswith("ecom_")}
    assert set(page_at("docs/reference/fixtures.md").column("fixture", "gives")) == public


def test_every_failure_class_stands_in_its_table() -> None:
    assert page_at("docs/concepts/verdict.md").column("class", "when") == list(FailureClass)


def test_every_value_of_a_persona_stands_in_its_table() -> None:
    choices = {name: field.annotation for name, field in Persona.model_fields.items()}
    expected = {name: ", ".join(get_args(kind)) for name, kind in choices.items() if get_origin(kind) is Literal}
    allowed = {name.strip("`"): values for name, values in INPUT.rows("key of a persona", "allows")}
    assert {name: allowed[name] for name in expected} == expected


def test_every_check_of_a_dataset_stands_in_its_table() -> None:
    assert page_at("docs/validity.md").column("check", "what must hold") == list(CHECKS)


def test_the_figures_of_the_dataset_are_told_as_they_are() -> None:
    tasks, pictures, personas = len(DATASET.tasks), sum(bool(t.pictures) for t in DATASET.tasks), len(DATASET.personas)
    told = {
        "README.md": ["{tasks} tasks, {pictures} with pictures", "{tasks} tasks x 3 trials", "{personas} personas"],
        "docs/limits.md": ["{tasks} tasks, {pictures} with pictures"],
        "docs/concepts/personas.md": ["There are {personas},"],
    }
    for name, sentences in told.items():
        text = " ".join(page_at(name).text.split())
        for words in (words.format(tasks=tasks, pictures=pictures, personas=personas) for words in sentences):
            assert words in text
    assert f"{len(SPECS)} MCP tools" in README.text


def test_the_generated_parts_are_what_the_command_writes() -> None:
    command = [sys.executable, "scripts/describe_dataset.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
