"""An agent of one's own, made by ``module:factory`` once per trial."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecom_fixtures.agents.protocol import Agent, Brief
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import SettingsError


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


def import_factory(name: str, root: Path) -> Callable[[Brief], Any]:
    """The factory that ``module:factory`` names. ``root`` is put on the import path.

    Raises:
        SettingsError: it can't be imported or called.
    """
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
