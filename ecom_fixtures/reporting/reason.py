"""Why a trial was not solved: in one sentence that a person understands, and the evidence behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.evaluation.judgement import Failure, FailureClass, Missing, Verdict
from ecom_fixtures.reporting.course import Course, course_of
from ecom_fixtures.reporting.words import ENDS
from ecom_fixtures.trajectory import Event, ToolCall
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.worlds.diff import ROW, Change
from ecom_fixtures.worlds.words import Words, plain


@dataclass(frozen=True)
class Evidence:
    """What a verdict found wrong about the intents that were brought up, in sentences, and the intents that weren't."""

    changes: tuple[Change, ...] = ()
    action: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()


class Explainer:
    """Puts one trial for people, in the words of its world; ``task`` is None where the run has kept no tasks."""

    def __init__(self, record: Record, words: Words, task: Task | None) -> None:
        self.record, self._words, self._task = record, words, task

    @cached_property
    def course(self) -> Course | None:
        """Where the customer brought up what; None where the run has kept no tasks."""
        return course_of(self._task, self.record.events) if self._task else None

    @property
    def ended_early(self) -> bool:
        """Whether the dialogue broke off: by a fault, or handed over before every intent was brought up."""
        if self.record.outcome is not Outcome.FAILED:
            return False
        return bool(self.record.error) or (
            self.record.ended_by == "transfer" and bool(self.course and self.course.unreached)
        )

    def reason(self) -> str:
        """One sentence without its full stop; empty for a solved trial."""
        record = self.record
        if record.outcome is Outcome.PASSED:
            return ""
        if self.ended_early:
            return _line(self._place() + (record.error or ENDS.get(record.ended_by, record.ended_by)))
        return _line(record.error or _capital(self._finding()))

    def evidence(self) -> Evidence:
        """What the verdict found; of a dialogue that broke off, without what its end has cut off."""
        verdict = self.record.verdict or Verdict()
        course = self.course if self.ended_early else None
        unreached = course.unreached if course else frozenset()
        changes = tuple(change for change in verdict.state_diff if course is None or course.is_reached(change))
        return Evidence(
            changes=changes,
            action=tuple(_capital(self._words.difference(change)) for change in changes),
            search=tuple(self._search(one) for one in verdict.missing_searches if one.intent not in unreached),
            output=tuple(self._unsaid(one) for one in verdict.missing_keywords if one.intent not in unreached),
            not_reached=tuple(
                intent.id for intent in (self._task.intents if self._task else ()) if intent.id in unreached
            ),
        )

    def intent(self) -> str:
        """The id of the intent that failed, empty if none in particular did."""
        verdict = self.record.verdict or Verdict()
        if self.record.failure and self.record.failure.intent:
            return self.record.failure.intent
        return next((one.intent for one in (*verdict.missing_searches, *verdict.missing_keywords)), "")

    def decisive(self) -> int | None:
        """The number of the event in which the call was made that decided the failure; of equal calls, the last."""
        call = self.record.failure.call if self.record.failure else ""
        return max((n for n, event in enumerate(self.record.events) if call and _text(event) == call), default=None)

    def _place(self) -> str:
        if self.course is None:
            return "Ended early: "
        return f"Ended in intent {self.course.reached} of {len(self.course.task.intents)}: "

    def _finding(self) -> str:
        verdict = self.record.verdict
        if verdict and verdict.state_diff:
            return self._action(verdict.state_diff, self.record.failure)
        if verdict and verdict.missing_searches:
            return self._search(verdict.missing_searches[0])
        if verdict and verdict.missing_keywords:
            return self._unsaid(verdict.missing_keywords[0])
        return ENDS.get(self.record.ended_by, self.record.ended_by)

    def _action(self, changes: Sequence[Change], failure: Failure | None) -> str:
        made = None if (place := self.decisive()) is None else self.record.events[place]
        if failure and failure.kind is FailureClass.PARTIALLY_RESOLVED and (action := self._named(failure.call)):
            return f"Not done: {self._phrase(action)}"
        if failure is None or not isinstance(made, ToolCall):
            return min(_told(self._words, changes))[1]
        call = Call(tool=made.tool, arguments=made.arguments)
        done = self._phrase(call) if made.ok else f"Tried, and refused: {self._phrase(call)}"
        if failure.kind is FailureClass.WRONG_DECISION:
            often = "Once too often" if failure.intent else "Not wanted"
            return f"{often}: {done}" if made.ok else done
        wanted = self._wanted(call)
        told = [text for _, text in sorted(_told(self._words, changes)) if _names(text, wanted.values())]
        if told and made.ok:
            return told[0]
        should = " and ".join(f"{name} should be {value}" for name, value in wanted.items())
        return f"{done}: {should}" if should else min(_told(self._words, changes))[1]

    def _search(self, missing: Missing) -> str:
        call = self._named(missing.what)
        what = self._phrase(call) if call else missing.what
        look, _, rest = what.partition(" ")
        if missing.why != "never called":
            return f"Didn't {what} ({missing.why})" if look == "look" else f"Not done: {what} ({missing.why})"
        return f"Never looked {rest}" if look == "look" else f"Not done: {what}"

    def _unsaid(self, missing: Missing) -> str:
        keywords = self._task.keywords if self._task else ()
        wordings = next((one.any_of for one in keywords if _either(one.any_of) == missing.what), ())
        what = f"{wordings[0]!r} or one of {len(wordings) - 1} other wordings" if len(wordings) > 3 else missing.what
        return f"{what} was {missing.why}" if missing.why.startswith("said") else f"Not said: {what}"

    def _wanted(self, made: Call) -> dict[str, str]:
        """What should have stood in a call in place of its own values, by argument: {"payment": "gift card"}."""
        actions = (call for intent in (self._task.intents if self._task else ()) for call in chain(*intent.accepted))
        near = [action for action in actions if action.tool == made.tool]
        given = {name: self._words.shown(name, value) for name, value in made.arguments.items()}
        expected = [
            {name: self._words.shown(name, value) for name, value in action.arguments.items()} for action in near
        ]
        other = [{name: value for name, value in one.items() if given.get(name) != value} for one in expected]
        nearest = min(filter(None, other), key=len, default={})
        return {plain(name): value for name, value in nearest.items()}

    def _phrase(self, call: Call) -> str:
        return self._words.phrase(call.tool, call.arguments, you="the customer", your="the customer's")

    def _named(self, text: str) -> Call | None:
        """The call of the task's truth that a verdict names by its text."""
        return next((call for call in (self._task.calls() if self._task else ()) if str(call) == text), None)


def _told(words: Words, changes: Sequence[Change]) -> Iterator[tuple[int, str]]:
    """The differences in sentences, each with its rank: a wrong row in place of the right one first, then cells in the
    order of the world's own list, then rows that are missing or too much."""
    rows = [change for change in changes if change.column == ROW]
    missing, extra = ([row for row in rows if (row.actual is None) is gone] for gone in (True, False))
    for one, other in product(extra, missing):
        if one.table == other.table:
            yield 0, words.instead(one, other)
    known = list(words.cells)
    for change in changes:
        name = f"{change.table}.{change.column}"
        rank = len(known) + (change.column == ROW) if name not in known else known.index(name)
        yield 1 + rank, words.difference(change)


def _names(text: str, values: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", text) for value in values)


def _either(wordings: Sequence[str]) -> str:
    return " or ".join(repr(wording) for wording in wordings)


def _text(event: Event) -> str:
    return str(Call(tool=event.tool, arguments=event.arguments)) if isinstance(event, ToolCall) else ""


def _capital(text: str) -> str:
    """With a capital letter, unless it begins with a bare name or key."""
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+(-[a-z]+)*[ :]", text) else text


def _line(text: str) -> str:
    return " ".join(text.split())
