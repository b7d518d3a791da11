"""Whether the agent has looked up what it had to, by what the look-ups told, and whether in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from operator import or_

from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Missing
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.worlds.base import Recording
from ecom_fixtures.worlds.matching import fulfils


@dataclass(frozen=True)
class Searches:
    """The look-ups of one dialogue. ``literal``: a required one is met by its own arguments alone.

    Else it is met as soon as the successful look-ups have together told every record that it would have told, whatever
    tool or grouping brought them. Where a world can't say what its look-ups tell, the arguments decide.
    """

    truth: Truth
    dialogue: Dialogue
    literal: bool = False

    def missing(self) -> Iterator[Missing]:
        """The required look-ups that are not met."""
        for intent in self.truth.task.intents:
            for search in intent.searches:
                if self.met(search) is None:
                    yield Missing(intent=intent.id, what=str(search), why=self._why(search))

    def late(self) -> Iterator[str]:
        """The required look-ups that were met only after a change of their intent."""
        calls, rules = self.dialogue.calls, self.truth.rules
        for intent in self.truth.task.intents:
            actions = list(chain(*intent.accepted))
            changes = (
                n for n, each in enumerate(calls) if any(fulfils(rules, action, each.call) for action in actions)
            )
            first = next(changes, len(calls))
            for search in intent.searches:
                met = self.met(search)
                if met is not None and met > first:
                    yield f"{calls[met]}: {search} only after {calls[first].call.tool} ({calls[first]})"

    def met(self, search: Call) -> int | None:
        """The number of the call with which ``search`` was met, None if it never was."""
        rules, wanted = self.truth.rules, self.truth.records.get(str(search))
        for number, placed in enumerate(self.dialogue.calls):
            if fulfils(rules, search, placed.call) or (not self.literal and wanted and wanted <= self._told[number]):
                return number
        return None

    @cached_property
    def _told(self) -> list[frozenset[str]]:
        """What the look-ups had told by each call."""
        rules = self.truth.rules
        if not isinstance(rules, Recording):
            return [frozenset()] * len(self.dialogue.calls)
        calls = (placed.call for placed in self.dialogue.calls)
        told = (
            rules.records(call.tool, call.arguments, call.result) if call.ok and not call.writes else frozenset()
            for call in calls
        )
        return list(accumulate(told, or_))

    def _why(self, search: Call) -> str:
        tried = [placed for placed in self.dialogue.calls if placed.call.tool == search.tool]
        if not tried:
            return "never called"
        often = "once, not" if len(tried) == 1 else f"{len(tried)} times, never"
        return f"called {often} successfully with these arguments"
