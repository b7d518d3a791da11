"""The ground truth made concrete: the accepted final states of a task, computed through the same tools."""

from __future__ import annotations

from ecom_fixtures.dataset.files import check_file, read_yaml
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import DatasetError, ToolError
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.worlds.base import CallRules, WorldSource
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.pictures import Sidecar


async def accepted_states(task: Task, dataset: Dataset, source: WorldSource) -> tuple[Snapshot, ...]:
    """Run every accepted combination of ``task``'s actions on a fresh world each; return the final states.

    Raises:
        DatasetError: the world refuses one of the actions.
    """
    states = []
    for actions in task.accepted():
        played = await play(source, task, actions)
        for action, step in zip(actions, played.steps, strict=True):
            if step.answer.refused:
                problem = f"the {source.name} refuses {action}: {step.answer.text}"
                raise DatasetError(dataset.task_file(task), "actions", problem)
        states.append(played.state)
    return tuple(states)


def check_task(task: Task, dataset: Dataset, rules: CallRules) -> None:
    """Check what can be checked of ``task`` without a world.

    Raises:
        DatasetError: an unknown persona, picture, tool or argument, or an action that changes nothing.
    """
    path = dataset.task_file(task)
    if task.persona not in dataset.personas:
        raise DatasetError(path, "persona", f"no persona {task.persona!r} under {dataset.folder.name}/personas")
    for intent in task.intents:
        key = f"intents.{intent.id}"
        if intent.picture and not (dataset.images / intent.picture).is_file():
            raise DatasetError(path, f"{key}.picture", f"no file {intent.picture!r} under {dataset.folder.name}/images")
        if intent.picture:
            check_file(dataset.images / intent.picture)
            read_yaml((dataset.images / intent.picture).with_suffix(".yaml"), Sidecar)
        for kind, calls in (("searches", intent.searches), ("actions", sum(intent.accepted, ()))):
            for call in calls:
                if problem := _problem(call, task, rules, looks_up=kind == "searches"):
                    raise DatasetError(path, f"{key}.{kind}", problem)


def _problem(call: Call, task: Task, rules: CallRules, *, looks_up: bool) -> str | None:
    if call.tool not in rules.tools:
        return f"unknown tool {call.tool!r}; the tools are {', '.join(sorted(rules.tools))}"
    try:
        rules.normalise(call.tool, call.arguments if looks_up else rules.complete(call, task.context), partial=looks_up)
    except ToolError as error:
        return f"{call.tool}: {error}"
    if rules.writes(call.tool, call.arguments) is looks_up:
        right = (
            "changes the shop: it belongs under actions" if looks_up else "changes nothing: it belongs under searches"
        )
        return f"{call} {right}"
    return None
