"""pytest sessions in which no trial runs: collecting a full benchmark, `--help`, and somebody else's tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from measuring import Checkout, Figure, Plan, Session

COUNT = 8
UNRELATED = {"test_one.py": "def test_one():\n    assert True\n"}
# Each is what a session does without; the others are installed, and load themselves.
LEFT_OUT = {
    "nothing": (),
    "this plugin": ("-p", "no:ecom_fixtures.plugin"),
    "langsmith's plugin": ("-p", "no:langsmith_plugin"),
    "anyio's plugin": ("-p", "no:anyio"),
    "all three": ("-p", "no:ecom_fixtures.plugin", "-p", "no:langsmith_plugin", "-p", "no:anyio"),
}


def collect_and_help(plan: Plan) -> Iterator[Figure]:
    """CPU of `--collect-only` on all tasks x 8 and of `--help`, and how many heavy packages each has imported."""
    for options in (("--collect-only", f"--count={COUNT}"), ("--help",)):
        results = plan.interleaved(partial(_session, options), plan.rounds)
        name = f"pytest {' '.join(options)}"
        yield Figure(f"{name}, CPU", "s", [min(session.cpu for session in rounds) for rounds in results], 1.0)
        heavy = [len(rounds[0].probes["controller"]["heavy"]) for rounds in results]
        yield Figure("of langgraph, openai, mcp, imported by it", "", heavy, 0, digits=0)


def unrelated_session(plan: Plan) -> Iterator[Figure]:
    """A one-test session of somebody else's as installed, and what it takes less with a plugin switched off."""
    results = plan.interleaved(_unrelated, 2 * plan.rounds + 1)
    for what, name in {"nothing": "as installed", "all three": "without these three plugins"}.items():
        cpu = [min(sessions[what].cpu for sessions in rounds) for rounds in results]
        yield Figure(f"unrelated session {name}, CPU", "s", cpu)
    for what, target in {"this plugin": 50, "langsmith's plugin": None, "anyio's plugin": None}.items():
        pairs = [[(sessions["nothing"], sessions[what]) for sessions in rounds] for rounds in results]
        cpu = [1000 * median(active.cpu - without.cpu for active, without in rounds) for rounds in pairs]
        yield Figure(f"of it, {what}: CPU", "ms", cpu, target, digits=0)
        wall = [1000 * median(active.wall - without.wall for active, without in rounds) for rounds in pairs]
        yield Figure(f"of it, {what}: wall time", "ms", wall, target, digits=0)


def _session(options: Sequence[str], checkout: Checkout) -> Session:
    return checkout.pytest(*options)


def _unrelated(checkout: Checkout) -> dict[str, Session]:
    return {what: checkout.pytest(*options, files=UNRELATED, probed=False) for what, options in LEFT_OUT.items()}
