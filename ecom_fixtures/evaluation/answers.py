"""Whether the agent gave the answers that an intent asks for: typed values and keywords, each where it is asked.

An answer counts in the agent's messages from where its intent was raised to where the next one is, in those that the
customer's words to this intent come before, and in one of the intent before that volunteered it, unless that intent
asks for the same; where no message says which intent it belongs to, anywhere. It must stand in one message, and that
message must not contradict it. The raw result of a look-up is no answer, nor are the customer's own words said back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Intent, Keyword, Task
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Missing
from ecom_fixtures.language.acts import sentences
from ecom_fixtures.language.saying import says
from ecom_fixtures.language.stating import contradiction, is_stated
from ecom_fixtures.language.text import folded

# How a sentence begins that tells the customer what they said.
_SAID_BACK = re.compile(
    r"(?:so )?(?:you (?:asked?|want|wanted|said|say|mentioned?|are asking|wonder|would like)|your question)\b"
)
# Fewer words in a row are not somebody's own.
_OWN_WORDS = 4


@dataclass(frozen=True)
class Scope:
    """What the agent said to one intent, all that it said, and what the customer had said when it was raised."""

    own: tuple[str, ...]
    everything: tuple[str, ...]
    customer: tuple[str, ...]

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """What the agent said to the intent, without the customer's words said back and without questions."""
        return tuple(_without_echo(text, self._asked) for text in self.own)

    @cached_property
    def _asked(self) -> str:
        return "\n".join(" ".join(folded(text).split()) for text in self.customer)


def missing_answers(task: Task, dialogue: Dialogue) -> tuple[Missing, ...]:
    """The answers and keywords of ``task`` that the agent doesn't give."""
    missing: list[Missing] = []
    spoken = {
        place: _own_words(message.text, dialogue) for place, message in dialogue.messages if message.role == "agent"
    }
    for intent in task.intents:
        for answer in intent.answers:
            scope = _scope(task, dialogue, spoken, intent, answer)
            if why := _unanswered(answer, scope):
                missing.append(Missing(intent=intent.id, what=str(answer), why=why))
        for keyword in intent.keywords:
            if why := _unsaid(keyword, _scope(task, dialogue, spoken, intent, keyword)):
                what = " or ".join(repr(wording) for wording in keyword.any_of)
                missing.append(Missing(intent=intent.id, what=what, why=why))
    return tuple(missing)


def _scope(
    task: Task, dialogue: Dialogue, spoken: Mapping[int, str], intent: Intent, wanted: Answer | Keyword
) -> Scope:
    """From the raise of the intent before, for what is volunteered, to the next raise.

    ``spoken`` are the agent's messages by their places.
    """
    everything = tuple(spoken.values())
    raised = {each.id: dialogue.raised[each.id] for each in task.intents if each.id in dialogue.raised}
    if intent.id not in raised:
        return Scope(everything, everything, intent.say)
    places = sorted(raised.values())
    order = places.index(raised[intent.id])
    before = next((each for each in task.intents if order and raised.get(each.id) == places[order - 1]), None)
    asked_before = before is not None and _is_asked_by(before, wanted)
    start = places[order - 1] if order and not asked_before else places[order]
    end = places[order + 1] if order + 1 < len(places) else len(dialogue.events)
    own = tuple(
        text
        for place, text in spoken.items()
        if start < place < end or (place > end and dialogue.intent_at(place) == intent.id)
    )
    # What they say later may be the agent's own words.
    asked = (message.text for at, message in dialogue.messages if message.role == "customer" and at <= places[order])
    return Scope(own, everything, (*intent.say, *asked))


def _is_asked_by(intent: Intent, wanted: Answer | Keyword) -> bool:
    """Whether an intent asks for the same, so that it can't have been volunteered there."""
    if isinstance(wanted, Keyword):
        return wanted in intent.keywords
    return any(answer.claim == wanted.claim for answer in intent.answers)


def _own_words(text: str, dialogue: Dialogue) -> str:
    """A message without the raw results in it: what a tool returned, word for word, is no answer."""
    if "{" in text:
        for placed in dialogue.calls:
            if placed.call.result.startswith("{"):
                text = text.replace(placed.call.result, " ")
    return text


def _without_echo(text: str, asked: str) -> str:
    return "\n".join(sentence for sentence in sentences(text) if not _echoes(sentence, asked))


def _echoes(sentence: str, asked: str) -> bool:
    """Whether a sentence only asks, or says back what the customer said, whose words are ``asked``."""
    words = folded(sentence).strip(" .!?,;:\"'").split()
    plain = " ".join(words)
    if sentence.rstrip("\"')*_ ").endswith("?") or _SAID_BACK.match(plain):
        return True
    return len(words) >= _OWN_WORDS and plain in asked


def _unanswered(answer: Answer, scope: Scope) -> str | None:
    """Why the answer doesn't count; None where it does."""
    return _why(lambda text: is_stated(answer, text), lambda text: contradiction(answer, text), scope)


def _unsaid(keyword: Keyword, scope: Scope) -> str | None:
    def said(text: str) -> bool:
        plain = folded(text)
        return any(says(wording, plain) for wording in keyword.any_of)

    return _why(said, lambda text: next(_decoys(keyword, folded(text)), None), scope)


def _decoys(keyword: Keyword, plain: str) -> Iterator[str]:
    return (decoy for decoy in keyword.decoys if says(decoy, plain, denied_after=True))


def _why(said: Callable[[str], bool], clash: Callable[[str], str | None], scope: Scope) -> str | None:
    """Why what must be said doesn't count; None where it does. ``clash`` is what contradicts it in a message."""
    # Only what the customer said as well can be said back.
    echoed = any(said(text) for text in scope.customer)
    stated = [text for text in (scope.answers if echoed else scope.own) if said(text)]
    clashes = [clash(text) for text in stated]
    if None in clashes:
        return None
    if clashes:
        return f"said, but so was the wrong answer {clashes[0]!r}"
    if any(said(text) for text in scope.own):
        return "only the customer's own words, said back"
    return "said only for another question" if any(said(text) for text in scope.everything) else "never said"
