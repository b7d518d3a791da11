"""What a dataset exercises: operations and tags, counted; its charts are drawn from that."""

from __future__ import annotations

from collections import Counter

from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.validity.base import Bench


def operations(bench: Bench) -> Counter[str]:
    """How often the ground truth names each operation, as tool or tool:action."""
    return Counter(_operation(call) for task in bench.dataset.tasks for call in task.calls())


def tags(bench: Bench) -> Counter[str]:
    """How many tasks bear each tag."""
    return Counter(word for task in bench.dataset.tasks for word in task.words)


def _operation(call: Call) -> str:
    action = call.arguments.get("action")
    return f"{call.tool}:{action}" if action else call.tool
