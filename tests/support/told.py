"""Dialogues written down by hand, on the built-in dataset's tasks, as they are judged."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from stage import SOURCE
from twelve import WHOLE

from ecom_fixtures.evaluation.conduct import review
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.evaluation.truth import Truth, truth_of
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.shop.rules import RULES

HELLO = Message(role="agent", text="Hello! How can I help you?")


def agent(text: str) -> Message:
    return Message(role="agent", text=text)


def customer(text: str, intent: str = "") -> Message:
    """What the customer says; the first message with an ``intent`` raises it."""
    return Message(role="customer", text=text, intent=intent)


def call(tool: str, result: Any = None, *, ok: bool = True, **arguments: Any) -> ToolCall:
    """A call; what the task's context has is completed in `conduct_of`."""
    text = result if isinstance(result, str) else json.dumps(result or {})
    return ToolCall(tool=tool, arguments=arguments, result=text, ok=ok, writes=RULES.writes(tool, arguments))


@cache
def _known() -> dict[str, Truth]:
    return {}


async def truth(task_id: str) -> Truth:
    """The truth of a task of the built-in dataset, found out once."""
    if task_id not in _known():
        _known()[task_id] = await truth_of(WHOLE.task(task_id), WHOLE, SOURCE)
    return _known()[task_id]


async def conduct_of(task_id: str, *events: Event) -> Conduct:
    """What is found in a dialogue of that task, which begins with a greeting."""
    judged_by = await truth(task_id)
    made = [_completed(event, judged_by) if isinstance(event, ToolCall) else event for event in events]
    return review(judged_by, Dialogue.of([HELLO, *made]))


def _completed(call: ToolCall, truth: Truth) -> ToolCall:
    known = RULES.tools[call.tool].schema.get("properties", {})
    context = {name: value for name, value in truth.task.context.items() if name in known}
    return call.model_copy(update={"arguments": {**context, **call.arguments}})
