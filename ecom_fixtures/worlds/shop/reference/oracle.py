"""The oracle: does what the ground truth says, using only values that it has seen.

If it can't get to a value honestly (from the context, the conversation or a tool's result), it says so
and the trial fails: then the task is broken, not the oracle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecom_fixtures.agents.reference.app import Say, Use
from ecom_fixtures.agents.reference.history import History, fold
from ecom_fixtures.dataset.tasks import Call, Intent, Keyword, Task
from ecom_fixtures.worlds.matching import done, fulfils, remaining
from ecom_fixtures.worlds.shop.reference.grounding import look_further, picture_look_up, question, stated, unseen
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.words import shop_words

ASK_YES = "Shall I go ahead?"
STUCK = "I am stuck: nothing I was told or could look up gives me"
_YES = ("yes", "sure", "ok", "please do", "go ahead", "fine", "do it", "agreed", "right", "correct")


@dataclass(frozen=True)
class Oracle:
    """The policy for one task.

    ``trusted`` values need not have been seen, a look-up that shows one of the ``unsaid`` words isn't told (the
    apprentice's mistakes).
    """

    task: Task
    trusted: frozenset[str] = frozenset()
    unsaid: frozenset[str] = frozenset()

    def move(self, history: History) -> Say | Use:
        intent = self._current(history)
        if intent is None:
            return Say("Could you tell me a little more about what you need?")
        return next(self._steps(intent, history))

    def _current(self, history: History) -> Intent | None:
        """The intent that the customer has brought up last."""
        said = fold(" ".join(history.customer))
        raised = [intent for intent in self.task.intents if fold(intent.say) in said]
        return raised[-1] if raised else None

    def _steps(self, intent: Intent, history: History) -> Iterator[Say | Use]:
        """What is left to do for ``intent``, in order; only the first step is ever taken."""
        greeted = Call(tool="get_user_info", arguments={"user_id": self.task.user_id})
        for search in (greeted, *intent.searches):
            if not any(fulfils(RULES, search, call) for call in history.calls):
                yield self._make(search, history)
        unproven = [text for text in intent.proof if not stated(text, history)]
        if unproven:
            yield Say(f"I am sorry, your picture doesn't show what it would have to: {unproven[0]}.")
        if not done(RULES, intent, history.calls):
            yield from self._act(intent, history)
        unsaid = [keyword for keyword in intent.keywords if self._answer(keyword, history) is None]
        if unsaid:
            yield self._stuck([("keyword", unsaid[0].any_of[0])], history)
        yield Say(self._report(intent, history))

    def _act(self, intent: Intent, history: History) -> Iterator[Say | Use]:
        left = remaining(RULES, intent.actions, history.calls)
        for action in left:
            if missing := unseen(action, history, self.trusted):
                yield self._stuck(missing, history)
        if not self._agreed(intent, history):
            changes = "; ".join(self._phrase(action) for action in intent.actions)
            yield Say(f"I have checked everything I need. This is what I would do: {changes}. {ASK_YES}")
        yield self._make(left[0], history)

    def _agreed(self, intent: Intent, history: History) -> bool:
        """Whether the customer has said yes to the proposal for this very intent."""
        proposal = "; ".join(self._phrase(action) for action in intent.actions)
        made = [number for number, text in enumerate(history.agent) if proposal in text and text.endswith(ASK_YES)]
        # The agent's greeting comes first, so the answer to its n-th message is the customer's n-th.
        return any(_is_yes(text) for number in made for text in history.customer[number : number + 1])

    def _make(self, call: Call, history: History) -> Say | Use:
        """The call, or a step towards the first of its values that hasn't been seen."""
        if missing := unseen(call, history, self.trusted):
            return self._stuck(missing, history)
        if call.tool == "get_image_info":
            return picture_look_up(call.arguments.get("history_messages") or " ".join(history.links[-1:]))
        arguments = self._complete(call).arguments
        for made in history.calls:
            if not made.ok and (made.tool, made.arguments) == (call.tool, arguments):
                return Say(f"I am sorry, that can't be done: {made.result}")
        return Use(call.tool, arguments)

    def _stuck(self, missing: list[tuple[str, str]], history: History) -> Say | Use:
        for step in look_further(missing, history, self.task.context):
            if not history.called(step.tool, **step.arguments):
                return step
        ask = question(missing)
        if sum(ask in text for text in history.agent) < 2 and missing[0][0] != "keyword":
            return Say(ask)
        name, value = missing[0]
        # To name a required answer would be to give it.
        return Say(f"{STUCK} the answer." if name == "keyword" else f"{STUCK} {name} {value!r}.")

    def _complete(self, call: Call) -> Call:
        return Call(tool=call.tool, arguments=RULES.complete(call, self.task.context))

    def _phrase(self, call: Call) -> str:
        """What a call does, in words for the customer."""
        return shop_words().phrase(call.tool, RULES.complete(call, self.task.context))

    def _answer(self, keyword: Keyword, history: History) -> str | None:
        return next((word for word in keyword.any_of if word in self.trusted or stated(word, history)), None)

    def _report(self, intent: Intent, history: History) -> str:
        """Tell the customer how it went: what was done, what was found, the words that answer the question."""
        parts = []
        if intent.actions:
            changes = "; ".join(self._phrase(call) for call in intent.actions)
            parts.append(f"Done, as agreed: {changes}.")
        for search in intent.searches:
            call = next(call for call in history.calls if fulfils(RULES, search, call))
            gist = _gist(call.tool, call.result)
            parts += [gist] if not any(fold(word) in fold(gist) for word in self.unsaid) else []
        parts += [f"The answer is: {self._answer(keyword, history)}." for keyword in intent.keywords]
        told = [part for part in parts if part] or ["Understood."]
        return "\n".join([*told, "Is there anything else I can help you with?"])


def _gist(tool: str, result: str) -> str:
    """A look-up's result in words. What a picture shows isn't read out: the answer is picked from it."""
    if tool == "get_image_info":
        return "I have looked at your picture."
    found = json.loads(result)
    if balance := found.get("balance"):
        return f"There are {balance} yuan on your gift card."
    rows = [row for value in found.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    if rows:
        return "I have found:\n" + "\n".join(f"- {_row(row)}" for row in rows)
    texts = [value for value in found.values() if isinstance(value, str)]
    return max(texts, key=len, default="I have looked that up for you.")


def _row(row: Mapping[str, Any]) -> str:
    """One product, order line, offer or stop of a parcel."""
    label = next((str(row[key]) for key in ("name", "title", "event") if key in row), "")
    details = [str(row[key]).replace("_", " ") for key in ("product_id", "state", "quantity", "time") if key in row]
    details += [f"{row[key]} yuan" for key in ("price", "unit_price") if key in row]
    return f"{label} ({', '.join(details)})" if details else label


def _is_yes(text: str) -> bool:
    return any(fold(text).startswith(word) or f" {word}" in fold(text) for word in _YES)
