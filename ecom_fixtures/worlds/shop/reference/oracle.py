"""The oracle: does what the ground truth says, using only values that it has seen.

If it can't get to a value honestly (from the context, the conversation or a tool's result), it says so
and the trial fails: then the task is broken, not the oracle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ecom_fixtures.agents.reference.app import Say, Use
from ecom_fixtures.agents.reference.history import History
from ecom_fixtures.agents.reference.placing import current_intent
from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.language.consent import consent
from ecom_fixtures.worlds.matching import done, fulfils, remaining
from ecom_fixtures.worlds.shop.reference.grounding import look_further, picture_look_up, question, stated, unseen
from ecom_fixtures.worlds.shop.reference.telling import gists, given
from ecom_fixtures.worlds.shop.reference.voice import Voice
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.words import shop_words

STUCK = "I am stuck: nothing I was told or could look up gives me"


@dataclass(frozen=True)
class Oracle:
    """The policy for one task.

    ``trusted`` values need not have been seen, a look-up that states one of the ``unsaid`` answers isn't told (the
    apprentice's mistakes).
    """

    task: Task
    trusted: frozenset[str] = frozenset()
    unsaid: tuple[Answer, ...] = ()
    voice: Voice = field(default_factory=Voice)

    def move(self, history: History) -> Say | Use:
        intent = current_intent(self.task.intents, history.customer)
        if intent is None:
            return Say("Could you tell me a little more about what you need?")
        return next(self._steps(intent, history))

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
        if unsaid := [answer for answer in intent.wanted if not given(answer, history, self.trusted)]:
            yield self._stuck([("answer", str(unsaid[0]))], history)
        yield Say(self._report(intent, history))

    def _act(self, intent: Intent, history: History) -> Iterator[Say | Use]:
        left = remaining(RULES, intent.actions, history.calls)
        for action in left:
            if missing := unseen(action, history, self.trusted):
                yield self._stuck(missing, history)
        if not self._agreed(intent, history):
            yield Say(self._proposal(intent))
        yield self._make(left[0], history)

    def _proposal(self, intent: Intent) -> str:
        return self.voice.proposal([self._phrase(action) for action in intent.actions])

    def _agreed(self, intent: Intent, history: History) -> bool:
        """Whether the customer has said yes to the proposal for this very intent."""
        proposal = self._proposal(intent)
        made = [number for number, text in enumerate(history.agent) if proposal in text]
        # The agent's greeting comes first, so the answer to its n-th message is the customer's n-th.
        return any(consent(text).agrees for number in made for text in history.customer[number : number + 1])

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
        if sum(ask in text for text in history.agent) < 2 and missing[0][0] != "answer":
            return Say(ask)
        name, value = missing[0]
        # To name a required answer would be to give it.
        return Say(f"{STUCK} the answer." if name == "answer" else f"{STUCK} {name} {value!r}.")

    def _complete(self, call: Call) -> Call:
        return Call(tool=call.tool, arguments=RULES.complete(call, self.task.context))

    def _phrase(self, call: Call) -> str:
        """What a call does, in words for the customer."""
        return shop_words().phrase(call.tool, RULES.complete(call, self.task.context))

    def _report(self, intent: Intent, history: History) -> str:
        """Tell the customer how it went: what was done, what was found, the words that answer the question."""
        voice = self.voice
        parts = [voice.done([self._phrase(call) for call in intent.actions])] if intent.actions else []
        parts += [voice.spelled(gist) for gist in gists(intent, history, self.unsaid)]
        if answers := [given(answer, history, self.trusted) for answer in intent.wanted]:
            parts.append(voice.told(answers))
        told = [part for part in parts if part] or ["Understood."]
        return "\n".join(part for part in [*told, voice.question, voice.close] if part)
