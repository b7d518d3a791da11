"""The ground truth made concrete: what solves a task, computed through the same tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MINYEAR, date
from functools import cached_property

from ecom_fixtures.dataset.files import check_file, read_yaml
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import DatasetError, ToolError
from ecom_fixtures.evaluation.play import look_up, play
from ecom_fixtures.evaluation.resolving import resolve
from ecom_fixtures.language.values import find
from ecom_fixtures.worlds.base import CallRules, Recording, WorldSource
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.naming import Catalogue, catalogue_of
from ecom_fixtures.worlds.pictures import Sidecar


@dataclass(frozen=True)
class Truth:
    """What the trials of one task are judged by, found out once.

    ``accepted`` are the final states that solve it. ``records`` is what each required look-up tells on a fresh world,
    by the look-up's text; one of which nobody can say it has none. ``policy`` is the agent's, ``pictures`` the texts
    beside the task's pictures, by file name.
    """

    task: Task
    source: WorldSource
    accepted: tuple[Snapshot, ...]
    records: Mapping[str, frozenset[str]]
    catalogue: Catalogue
    policy: str
    pictures: Mapping[str, str]

    @property
    def rules(self) -> CallRules:
        return self.source.rules

    @cached_property
    def today(self) -> date | None:
        """The first full date in the policy: the day on which the trials play."""
        dates = (found.value for found in find(self.policy, ("date",)) if not found.value.startswith("-"))
        return next(map(date.fromisoformat, dates), None)

    @property
    def year(self) -> int:
        """The year of a date that is given without one."""
        return self.today.year if self.today else MINYEAR


async def truth_of(task: Task, dataset: Dataset, source: WorldSource) -> Truth:
    """Find out what solves ``task``.

    Raises:
        DatasetError: the world refuses one of the actions.
    """
    task = await resolve(task, dataset, source)
    return Truth(
        task=task,
        source=source,
        accepted=await accepted_states(task, dataset, source),
        records=await _records(task, source),
        catalogue=catalogue_of(source, task),
        policy=dataset.agent_policy,
        pictures={
            name: read_yaml((dataset.images / name).with_suffix(".yaml"), Sidecar).model_dump_json()
            for name in task.pictures
        },
    )


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


async def _records(task: Task, source: WorldSource) -> dict[str, frozenset[str]]:
    rules = source.rules
    if not isinstance(rules, Recording):
        return {}
    searches = {str(search): search for search in task.searches}
    # What hangs on no answer isn't looked up: a model would have to be paid for looking at a picture.
    known = {text: rules.records(search.tool, search.arguments, "") for text, search in searches.items()}
    asked = [text for text, records in known.items() if not records]
    for text, answer in zip(asked, await look_up(source, task, [searches[text] for text in asked]), strict=True):
        arguments = rules.complete(searches[text], task.context)
        known[text] = frozenset() if answer.refused else rules.records(searches[text].tool, arguments, answer.text)
    return {text: records for text, records in known.items() if records}


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
