"""pytest sessions in which no trial runs: collecting a full benchmark, `--help`, and somebody else's tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from measuring import Checkout, Figure, Plan, Session

COUNT = 8
UNRELATED = {"test_one.py": "def test_one():\n    assert True\n"}
OURS, LANGSMITH, ANYIO = ("-p", "no:ecom_fixtures.plugin"), ("-p", "no:langsmith_plugin"), ("-p", "no:anyio")
# What a session does without; all else that is installed loads itself.
LEFT_OUT = {
    "nothing": (),
    "ours": OURS,
    "langsmith's": LANGSMITH,
    "anyio's": ANYIO,
    "both others": LANGSMITH + ANYIO,
    "all three": OURS + LANGSMITH + ANYIO,
}
# A figure is what the first takes more than the second.
PAIRS = {
    "this plugin": ("nothing", "ours"),
    "langsmith's plugin": ("nothing", "langsmith's"),
    "anyio's plugin": ("nothing", "anyio's"),
    "this plugin, where these two are switched off": ("both others", "all three"),
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
    """A one-test session of somebody else's as installed, and what each plugin of it takes: median of paired runs."""
    results = plan.interleaved(_unrelated, 3 * plan.rounds)
    for what, name in {"nothing": "as installed", "all three": "without ours, langsmith's and anyio's plugins"}.items():
        yield Figure(
            f"unrelated session {name}, CPU", "s", [min(each[what].cpu for each in rounds) for rounds in results]
        )
    for name, (active, without) in PAIRS.items():
        cpu = [1000 * median(each[active].cpu - each[without].cpu for each in rounds) for rounds in results]
        target = 50 if name.startswith("this") else None
        yield Figure(f"of its CPU, {name}", "ms", cpu, target, digits=0, ratio=False)


def _session(options: Sequence[str], checkout: Checkout) -> Session:
    return checkout.pytest(*options)


def _unrelated(checkout: Checkout) -> dict[str, Session]:
    return {what: checkout.pytest(*options, files=UNRELATED, probed=False) for what, options in LEFT_OUT.items()}
