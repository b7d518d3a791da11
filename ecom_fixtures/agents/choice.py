"""From the text after ``--agent=`` to an agent: a reference agent, a preset, an endpoint, or one's own factory."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecom_fixtures.agents.protocol import Agent, AgentSpec, Brief
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.models.presets import ChatModel, Preset, chat_model


@dataclass(frozen=True)
class ModelAgent:
    """The built-in ReAct agent over a chat model."""

    model: ChatModel

    @property
    def name(self) -> str:
        return self.model.name

    def check(self) -> None:
        self.model.check("--agent")

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        from ecom_fixtures.agents.react import ReactAgent

        yield ReactAgent(self.model.endpoint("agent"), brief)


@dataclass(frozen=True)
class OwnAgent:
    """An agent made by the user's ``module:factory``."""

    name: str
    factory: Callable[[Brief], Any]

    def check(self) -> None:
        """Nothing to check before the factory is tried on a scratch shop."""

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        made = self.factory(brief)
        if inspect.isawaitable(made):
            made = await made
        if hasattr(made, "__aenter__"):
            async with made as agent:
                yield self._checked(agent)
        else:
            yield self._checked(made)

    def _checked(self, agent: object) -> Agent:
        if not inspect.iscoroutinefunction(getattr(agent, "reply", None)):
            raise SettingsError(
                f"--agent={self.name}: the factory must return an object with `async def reply(self, messages)`, "
                f"got {type(agent).__name__}"
            )
        assert isinstance(agent, Agent)
        return agent


def choose_agent(name: str, presets: Mapping[str, Preset], reference: Mapping[str, AgentSpec], root: Path) -> AgentSpec:
    """The agent called ``name``. ``root`` is put on the import path for ``module:factory``.

    Raises:
        SettingsError: no such agent (lists the names), or a factory that can't be imported or called.
    """
    if name in reference:
        return reference[name]
    if model := chat_model(name, presets):
        return ModelAgent(model)
    if ":" in name:
        return OwnAgent(name, _import(name, root))
    raise SettingsError(
        f"unknown agent {name!r}; reference agents: {', '.join(reference)}; models: {', '.join(presets)}; "
        "or openai:MODEL@URL, or module:factory"
    )


def _import(name: str, root: Path) -> Callable[[Brief], Any]:
    module_name, _, attribute = name.partition(":")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        found: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(f"--agent={name} can't be imported: {error}") from error
    except Exception as error:  # the user's own module may raise whatever it likes
        raise SettingsError(f"--agent={name} can't be imported: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise SettingsError(f"--agent={name}: {attribute} is not callable")
    return found  # type: ignore[no-any-return]
