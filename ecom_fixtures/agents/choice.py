"""From the text after ``--agent=`` to an agent: a reference agent, a preset, an endpoint, or one's own factory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecom_fixtures.agents.own import OwnAgent, import_factory
from ecom_fixtures.agents.protocol import AgentSpec
from ecom_fixtures.agents.react import ModelAgent
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.models.presets import Preset, chat_model


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
        return OwnAgent(name, import_factory(name, root))
    raise SettingsError(
        f"unknown agent {name!r}; reference agents: {', '.join(reference)}; models: {', '.join(presets)}; "
        "or openai:MODEL@URL, or module:factory"
    )
