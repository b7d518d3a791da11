"""Answers that are looked up: computed once per task, by playing the look-ups on a fresh world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ecom_fixtures.dataset.answers import NUMBERS, Answer, LookUp
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.evaluation.play import look_up
from ecom_fixtures.worlds.base import WorldSource


async def resolve(task: Task, dataset: Dataset, source: WorldSource) -> Task:
    """``task`` with the value of every answer that is looked up.

    Raises:
        DatasetError: there is no such look-up, or what it returns doesn't hold the field once.
    """
    wanted = {found for intent in task.intents for answer in intent.answers for found in answer.look_ups}
    if not wanted:
        return task
    values = {each: await _value(each, task, dataset, source) for each in wanted}
    intents = tuple(
        intent.model_copy(update={"answers": tuple(_resolved(answer, values) for answer in intent.answers)})
        for intent in task.intents
    )
    return task.model_copy(update={"intents": intents})


async def _value(wanted: LookUp, task: Task, dataset: Dataset, source: WorldSource) -> str:
    tool = source.rules.tools.get(wanted.tool)
    if tool is None:
        raise _error(wanted, task, dataset, "there is no such tool")
    own = [name for name in tool.schema.get("required", ()) if name not in task.context]
    if len(own) != 1:
        raise _error(wanted, task, dataset, f"the tool takes {len(own)} arguments of its own, not one")
    (answer,) = await look_up(source, task, [Call(tool=wanted.tool, arguments={own[0]: wanted.id})])
    if answer.refused:
        raise _error(wanted, task, dataset, answer.text)
    values = set(_under(wanted.field, json.loads(answer.text)))
    if len(values) != 1:
        raise _error(wanted, task, dataset, f"it holds {len(values)} different values of that name")
    return values.pop()


def _error(wanted: LookUp, task: Task, dataset: Dataset, problem: str) -> DatasetError:
    return DatasetError(dataset.task_file(task), "answers", f"{wanted}: {problem}")


def _under(field: str, found: Any) -> Iterator[str]:
    match found:
        case dict():
            for name, value in found.items():
                yield from (str(value),) if name == field else _under(field, value)
        case list():
            for value in found:
                yield from _under(field, value)


def _resolved(answer: Answer, values: Mapping[LookUp, str]) -> Answer:
    match answer.value:
        case LookUp():
            found = values[answer.value]
            typed: Any = Decimal(found) if answer.kind in NUMBERS else (found,) if answer.kind == "name" else found
            return answer.model_copy(update={"value": typed})
        case Answer():
            return answer.model_copy(update={"value": _resolved(answer.value, values)})
        case tuple():
            parts = tuple(_resolved(each, values) if isinstance(each, Answer) else each for each in answer.value)
            return answer.model_copy(update={"value": parts})
    return answer
