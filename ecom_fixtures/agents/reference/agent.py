"""A reference agent: the built-in agent over a policy, by the very path of a real model (client, graph, MCP)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ecom_fixtures.agents.protocol import Agent, Brief
from ecom_fixtures.agents.reference.app import Policy, ReferenceApp
from ecom_fixtures.dataset.cases import Case


@dataclass(frozen=True)
class ReferenceAgent:
    """The built-in agent over a policy that knows the task."""

    name: str
    policy: Callable[[Case], Policy]

    def check(self) -> None:
        """Nothing can be missing."""

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        import httpx2

        from ecom_fixtures.agents.react import ReactAgent
        from ecom_fixtures.models.endpoint import Endpoint, connect

        app = ReferenceApp(self.policy(case))
        client = connect("http://reference/v1", "none", httpx2.ASGITransport(app=app))
        async with client:
            yield ReactAgent(Endpoint(client, self.name), brief)
