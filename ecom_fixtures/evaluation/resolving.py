"""Answers that are looked up: computed once per task, by playing the look-ups on a fresh world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ecom_fixtures.dataset.answers import Answer, LookUp
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.evaluation.play import look_up
from ecom_fixtures.worlds.base import Answer as Told
from ecom_fixtures.worlds.base import WorldSource


async def resolve(task: Task, dataset: Dataset, source: WorldSource) -> Task:
    """``task`` with the value of every answer that is looked up.

    Raises:
        DatasetError: there is no such look-up, or what it returns doesn't hold the field with one readable value.
    """
    wanted = {each: intent.id for intent in task.intents for answer in intent.answers for each in answer.look_ups}
    if not wanted:
        return task
    try:
        values = await _values(list(wanted), task, source)
        intents = tuple(
            intent.model_copy(update={"answers": tuple(_resolved(answer, values) for answer in intent.answers)})
            for intent in task.intents
        )
    except _UnknownError as error:
        key = f"intents.{wanted[error.look_up]}.answers"
        raise DatasetError(dataset.task_file(task), key, f"{error.look_up}: {error}") from None
    return task.model_copy(update={"intents": intents})


class _UnknownError(Exception):
    """A look-up that doesn't tell the value, and why."""

    def __init__(self, look_up: LookUp, problem: str) -> None:
        super().__init__(problem)
        self.look_up = look_up


async def _values(wanted: Sequence[LookUp], task: Task, source: WorldSource) -> dict[LookUp, str]:
    answers = await look_up(source, task, [_call(each, task, source) for each in wanted])
    return {each: _field(each, answer) for each, answer in zip(wanted, answers, strict=True)}


def _call(wanted: LookUp, task: Task, source: WorldSource) -> Call:
    """The call whose one argument that the task doesn't give is the id."""
    tool = source.rules.tools.get(wanted.tool)
    if tool is None:
        raise _UnknownError(wanted, "there is no such tool")
    own = [name for name in tool.schema.get("required", ()) if name not in task.context]
    if len(own) != 1:
        raise _UnknownError(wanted, f"the tool takes {len(own)} arguments of its own, not one")
    return Call(tool=wanted.tool, arguments={own[0]: wanted.id})


def _field(wanted: LookUp, answer: Told) -> str:
    if answer.refused:
        raise _UnknownError(wanted, answer.text)
    try:
        values = set(_under(wanted.field, json.loads(answer.text)))
    except ValueError:
        raise _UnknownError(wanted, "what it returns isn't JSON") from None
    if len(values) != 1:
        raise _UnknownError(wanted, f"it holds {len(values)} different values of that name")
    return values.pop()


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
            return _typed(answer, answer.value, values[answer.value])
        case Answer():
            return answer.model_copy(update={"value": _resolved(answer.value, values)})
        case tuple():
            parts = tuple(_resolved(each, values) if isinstance(each, Answer) else each for each in answer.value)
            return answer.model_copy(update={"value": parts})
    return answer


def _typed(answer: Answer, wanted: LookUp, found: str) -> Answer:
    """The answer with the value that was found, read as a file's would be."""
    try:
        read = Answer.model_validate({answer.kind: found})
    except ValidationError:
        raise _UnknownError(wanted, f"{found!r} can't be read as {answer.kind}") from None
    return answer.model_copy(update={"value": read.value})
