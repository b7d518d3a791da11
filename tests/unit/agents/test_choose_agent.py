"""From the text after --agent= to an agent, and what an own factory may give."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import mcp
import pytest

from ecom_fixtures.agents.choice import choose_agent
from ecom_fixtures.agents.own import OwnAgent
from ecom_fixtures.agents.protocol import Agent, AgentSpec, Brief
from ecom_fixtures.agents.react import ModelAgent
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.models.presets import load_presets
from ecom_fixtures.trajectory import Message
from ecom_fixtures.worlds.shop.reference import reference_agents

DATASET = Dataset.load(default_folder())
CASE = Case("any", "", 1, 1)
BRIEF = Brief(cast(mcp.Client, None), "Be kind.", {})


class Bot:
    """An agent of one's own."""

    async def reply(self, messages: Sequence[Message]) -> str:
        return "Hello."


def choose(name: str, root: Path = Path()) -> AgentSpec:
    return choose_agent(name, load_presets(), reference_agents(DATASET), root)


def own(factory: Any) -> OwnAgent:
    return OwnAgent("my_bot:build", factory)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project folder; what is imported from it is forgotten afterwards."""
    path, modules = list(sys.path), set(sys.modules)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["oracle", "apprentice", "null", "transfer", "dump", "approve"])
def test_a_reference_agent_goes_by_its_name(name: str) -> None:
    assert choose(name).name == name
    choose(name).check()


@pytest.mark.parametrize("name", ["deepseek-v3", "openai:my-model@http://127.0.0.1:9/v1"])
def test_a_model_makes_the_built_in_agent(name: str) -> None:
    spec = choose(name)
    assert isinstance(spec, ModelAgent)
    assert spec.name == name


def test_a_missing_key_is_found_before_any_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    with pytest.raises(SettingsError, match="DEEPSEEK_API_KEY"):
        choose("deepseek-v3").check()


@pytest.mark.parametrize("name", ["nobody", "", "Oracle"])
def test_an_unknown_agent_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(
        SettingsError, match=r"unknown agent .*oracle, oracle-manners, apprentice.*gpt-4o.*module:factory"
    ):
        choose(name)


def test_a_factory_is_imported_from_the_project(project: Path) -> None:
    (project / "bot_of_the_project.py").write_text("class Maker:\n    def build(brief): ...\n")
    spec = choose("bot_of_the_project:Maker.build", project)
    assert isinstance(spec, OwnAgent)
    assert spec.factory.__name__ == "build"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no_such_module_here:build", "can't be imported: No module named"),
        ("half_a_bot:missing", "can't be imported: module 'half_a_bot' has no attribute 'missing'"),
        ("half_a_bot:", "can't be imported"),
        (":build", "can't be imported"),
        ("half_a_bot:VALUE", "VALUE is not callable"),
    ],
)
def test_a_factory_that_cannot_be_used_is_refused(project: Path, name: str, told: str) -> None:
    (project / "half_a_bot.py").write_text("VALUE = 3\n")
    with pytest.raises(SettingsError) as caught:
        choose(name, project)
    assert str(caught.value).startswith(f"--agent={name}")
    assert told in str(caught.value)


@pytest.mark.parametrize("text", ["raise RuntimeError('no licence')", "def build(:", "import no_such_module_here"])
def test_a_module_that_breaks_on_import_is_a_settings_error(project: Path, text: str) -> None:
    (project / "broken_bot.py").write_text(text)
    with pytest.raises(SettingsError, match="--agent=broken_bot:build can't be imported"):
        choose("broken_bot:build", project)


async def build_later(brief: Brief) -> Bot:
    return Bot()


@asynccontextmanager
async def build_and_close(brief: Brief) -> AsyncIterator[Bot]:
    yield Bot()


async def build_a_manager_later(brief: Brief) -> Any:
    return build_and_close(brief)


@pytest.mark.parametrize("factory", [lambda brief: Bot(), build_later, build_and_close, build_a_manager_later])
async def test_a_factory_may_give_an_agent_now_or_later_or_a_context_manager(factory: Any) -> None:
    async with own(factory).open(BRIEF, CASE) as agent:
        assert await agent.reply([]) == "Hello."


async def test_a_factory_is_given_the_brief() -> None:
    given: list[Brief] = []

    def build(brief: Brief) -> Agent:
        given.append(brief)
        return Bot()

    async with own(build).open(BRIEF, CASE):
        assert given == [BRIEF]


async def test_an_agents_context_is_left_when_the_trial_ends() -> None:
    left: list[str] = []

    @asynccontextmanager
    async def build(brief: Brief) -> AsyncIterator[Bot]:
        yield Bot()
        left.append("left")

    async with own(build).open(BRIEF, CASE):
        assert not left
    assert left == ["left"]


class Plain:
    def reply(self, messages: Sequence[Message]) -> str:
        return "Hello."


@pytest.mark.parametrize("made", [None, "Hello.", Plain(), object()])
async def test_what_is_no_agent_is_refused_with_what_it_should_be(made: object) -> None:
    with pytest.raises(SettingsError, match=rf"--agent=my_bot:build: .*async def reply.* got {type(made).__name__}"):
        async with own(lambda brief: made).open(BRIEF, CASE):
            pass
