"""Trials by the library alone: CPU of one oracle trial, and 64 of them in flight with a slow model.

Run as a program with `cpu` or `flight` it measures inside itself and prints JSON: a process's memory is its own.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from measuring import Figure, run_python

from ecom_fixtures.agents.protocol import Agent, Brief, Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.settings import Settings
from ecom_fixtures.trajectory import ToolCall
from ecom_fixtures.trial.ahead import Ahead
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.setup import Numbered, all_cases, case_of, load_dataset, make_world, preflight
from ecom_fixtures.trial.trial import World, run_trial

ROUNDS = 5
IN_FLIGHT = 64
LATENCY = 0.5


def cpu_per_trial() -> list[Figure]:
    """CPU of an oracle trial once everything is imported and built, and how much such a trial does."""
    result = _in_fresh_process("cpu")
    return [
        Figure("CPU per oracle trial", result["cpu"], "s", 0.10, digits=3),
        Figure("model calls per trial", result["model_calls"], "", digits=1),
        Figure("tool calls per trial", result["tool_calls"], "", digits=1),
    ]


def trials_in_flight() -> list[Figure]:
    """64 trials at once against the longest of them, and the most memory that the process ever held."""
    result = _in_fresh_process("flight")
    return [
        Figure("64 trials in flight, 500 ms a model call: wall time / the longest of them", result["ratio"], "", 1.2),
        Figure("the same wall time / that trial run alone", result["alone"], ""),
        Figure("wall time of the 64", result["wall"], "s", digits=1),
        Figure("peak memory (RSS)", result["rss"], "MB", 300, digits=0),
    ]


@dataclass(frozen=True)
class SlowOracle:
    """The oracle behind an endpoint that takes its time."""

    dataset: Dataset
    name: str = "oracle"

    def check(self) -> None:
        """Nothing can be missing."""

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        import httpx2

        from ecom_fixtures.agents.react import ReactAgent
        from ecom_fixtures.agents.reference.app import Receive, ReferenceApp, Scope, Send
        from ecom_fixtures.models.endpoint import Endpoint, connect
        from ecom_fixtures.worlds.shop.reference.oracle import Oracle

        app = ReferenceApp(Oracle(self.dataset.task(case.task_id)))

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.sleep(LATENCY)
            await app(scope, receive, send)

        client = connect("http://reference/v1", "none", httpx2.ASGITransport(app=slow))
        async with client:
            yield ReactAgent(Endpoint(client, self.name), brief)


def _in_fresh_process(what: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        child = run_python([str(Path(__file__).resolve()), what], Path(folder))
    result: dict[str, float] = json.loads(child.output)
    return result


def _world() -> World:
    settings = Settings(
        agent="oracle",
        customer="",
        count=1,
        concurrency=8,
        seed=0,
        max_turns=20,
        time_limit=600.0,
        fail_on="",
        ecom_dir="",
        persona="",
        vision="",
        ecom_reports="",
        root=Path.cwd(),
    )
    world = make_world(settings, load_dataset(settings))
    preflight(world, world.dataset.tasks)
    return world


def _run(world: World, numbered: list[Numbered], concurrency: int) -> list[Record]:
    cases = [case_of(each, 0) for each in numbered]
    ahead = Ahead(lambda case: run_trial(world, case), concurrency)
    ahead.offer(cases)
    records = [ahead.fetch(case) for case in cases]
    ahead.close()
    assert all(record.passed for record in records), "the oracle solves every task"
    return records


def _cpu() -> dict[str, float]:
    world = _world()
    _run(world, all_cases(world.dataset, 1), 8)
    start = time.process_time()
    records = _run(world, all_cases(world.dataset, ROUNDS), 8)
    spent = time.process_time() - start
    tool_calls = sum(isinstance(event, ToolCall) for record in records for event in record.events)
    return {
        "cpu": spent / len(records),
        "model_calls": sum(record.agent_usage.calls for record in records) / len(records),
        "tool_calls": tool_calls / len(records),
    }


def _flight() -> dict[str, float]:
    world = _world()
    world = replace(world, agent=SlowOracle(world.dataset))
    numbered = all_cases(world.dataset, IN_FLIGHT)[:IN_FLIGHT]
    clock = time.perf_counter()
    records = _run(world, numbered, IN_FLIGHT)
    wall = time.perf_counter() - clock
    # Kilobytes on Linux, bytes on macOS.
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    longest = max(records, key=lambda record: record.seconds)
    [alone] = _run(world, [Numbered(world.dataset.task(longest.task), 1)], 1)
    return {"ratio": wall / longest.seconds, "alone": wall / alone.seconds, "wall": wall, "rss": rss}


if __name__ == "__main__":
    print(json.dumps({"cpu": _cpu, "flight": _flight}[sys.argv[1]]()))
