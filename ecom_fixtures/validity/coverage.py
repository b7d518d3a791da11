"""What a dataset exercises: tools, order states, tags; and the counts that its charts are drawn from."""

from __future__ import annotations

from collections import Counter

from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.validity.base import Bench, Finding, tally
from ecom_fixtures.worlds.shop.tables import OrderState
from ecom_fixtures.worlds.shop.toolbox import SPECS

# The oracle always looks these up on its way, and a specialist is what the policy nearly always rules out.
NEVER_REQUIRED = frozenset({"get_user_info", "get_user_orders_info", "transfer_to_specialist"})


async def covers(bench: Bench) -> Finding:
    """Every tool is required by some task, and every order state occurs among the tasks' customers."""
    tools, states = required_tools(bench), order_states(bench)
    results = [(f"no task requires {name}", tools[name] > 0) for name in SPECS if name not in NEVER_REQUIRED]
    results += [(f"no customer of a task has an order that is {state}", states[state] > 0) for state in OrderState]
    return tally("tools and order states are covered", results)


def required_tools(bench: Bench) -> Counter[str]:
    """In how many tasks each tool is required."""
    return Counter(name for task in bench.dataset.tasks for name in {call.tool for call in task.calls()})


def operations(bench: Bench) -> Counter[str]:
    """How often the ground truth names each operation, as tool or tool:action."""
    return Counter(_operation(call) for task in bench.dataset.tasks for call in task.calls())


def tags(bench: Bench) -> Counter[str]:
    """How many tasks bear each tag."""
    return Counter(word for task in bench.dataset.tasks for word in task.words)


def order_states(bench: Bench) -> Counter[OrderState]:
    """How many orders of the tasks' customers are in each state."""
    users = {task.user_id for task in bench.dataset.tasks}
    customers = [customer for customer in bench.source.customers if customer.user_id in users]
    return Counter(order.state for customer in customers for order in customer.orders)


def _operation(call: Call) -> str:
    action = call.arguments.get("action")
    return f"{call.tool}:{action}" if action else call.tool
