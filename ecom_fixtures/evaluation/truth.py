"""The ground truth made concrete: the accepted final states of a task, computed through the same tools."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ecom_fixtures.dataset.files import check_file, read_yaml
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import DatasetError, ToolError
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.database import Template
from ecom_fixtures.worlds.shop.pictures import Sidecar, SidecarReader
from ecom_fixtures.worlds.shop.toolbox import SPECS, Toolbox, complete, normalise


async def accepted_states(task: Task, dataset: Dataset, template: Template) -> tuple[Snapshot, ...]:
    """Run every accepted combination of ``task``'s actions on a fresh copy each; return the final states.

    Raises:
        DatasetError: the shop refuses one of the actions.
    """
    per_intent = [(intent.actions, *intent.or_actions) for intent in task.intents]
    return tuple([await _replay(sum(choice, ()), task, dataset, template) for choice in product(*per_intent)])


def check_task(task: Task, dataset: Dataset) -> None:
    """Check what can be checked of ``task`` without a database.

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
        for kind, calls, partial in (
            ("searches", intent.searches, True),
            ("actions", intent.actions + sum(intent.or_actions, ()), False),
        ):
            for call in calls:
                _check_call(call, task, f"{path}", f"{key}.{kind}", partial=partial)


def _check_call(call: Call, task: Task, path: str, key: str, *, partial: bool) -> None:
    if call.tool not in SPECS:
        raise DatasetError(path, key, f"unknown tool {call.tool!r}; the tools are {', '.join(sorted(SPECS))}")
    try:
        normalise(call.tool, call.arguments if partial else complete(call, task.context), partial=partial)
    except ToolError as error:
        raise DatasetError(path, key, f"{call.tool}: {error}") from error
    if SPECS[call.tool].writes(call.arguments) is partial:
        what = "changes the shop: it belongs under actions" if partial else "changes nothing: it belongs under searches"
        raise DatasetError(path, key, f"{call} {what}")


async def _replay(calls: Sequence[Call], task: Task, dataset: Dataset, template: Template) -> Snapshot:
    database = template.copy()
    toolbox = Toolbox(database, SidecarReader(dataset.images))
    try:
        for call in calls:
            await toolbox.call(call.tool, complete(call, task.context))
        return database.snapshot()
    except ToolError as error:
        raise DatasetError(dataset.task_file(task), "actions", f"the shop refuses {call}: {error}") from error
    finally:
        database.close()
