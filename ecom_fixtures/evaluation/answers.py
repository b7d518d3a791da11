"""Whether the agent gave the answers that an intent asks for: typed values and keywords, each where it is asked.

An answer counts in the agent's messages from where its intent was raised to where the next one is, and in one of the
intent before that volunteered it; where no message says which intent it belongs to, anywhere. It must stand in one
message, and that message must not contradict it. The raw result of a look-up is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Intent, Keyword, Task
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Missing
from ecom_fixtures.language.saying import says
from ecom_fixtures.language.stating import contradiction, is_stated
from ecom_fixtures.language.text import folded


@dataclass(frozen=True)
class Scope:
    """What the agent said to one intent, and all that it said."""

    own: tuple[str, ...]
    everything: tuple[str, ...]


def missing_answers(task: Task, dialogue: Dialogue) -> tuple[Missing, ...]:
    """The answers and keywords of ``task`` that the agent doesn't give."""
    missing: list[Missing] = []
    for intent in task.intents:
        scope = _scope(task, dialogue, intent)
        for answer in intent.answers:
            if why := _unanswered(answer, scope):
                missing.append(Missing(intent=intent.id, what=str(answer), why=why))
        for keyword in intent.keywords:
            if why := _unsaid(keyword, scope):
                what = " or ".join(repr(wording) for wording in keyword.any_of)
                missing.append(Missing(intent=intent.id, what=what, why=why))
    return tuple(missing)


def _scope(task: Task, dialogue: Dialogue, intent: Intent) -> Scope:
    """From the raise of the intent before, for what is volunteered, to the next raise."""
    everything = tuple(_own_words(text, dialogue) for text in dialogue.said("agent"))
    raised = {each.id: place for each in task.intents if (place := dialogue.raised(each.id))}
    if intent.id not in raised:
        return Scope(everything, everything)
    places = sorted(raised.values())
    order = places.index(raised[intent.id])
    start = places[order - 1] if order else 0
    end = places[order + 1] if order + 1 < len(places) else len(dialogue.events)
    spoken = (place for place, message in dialogue.messages if message.role == "agent")
    own = tuple(text for place, text in zip(spoken, everything, strict=True) if start < place < end)
    return Scope(own, everything)


def _own_words(text: str, dialogue: Dialogue) -> str:
    """A message without the raw results in it: what a tool returned, word for word, is no answer."""
    if "{" in text:
        for placed in dialogue.calls:
            if placed.call.result.startswith("{"):
                text = text.replace(placed.call.result, " ")
    return text


def _unanswered(answer: Answer, scope: Scope) -> str | None:
    """Why the answer doesn't count; None where it does."""
    stated = [text for text in scope.own if is_stated(answer, text)]
    clashes = [contradiction(answer, text) for text in stated]
    if None in clashes:
        return None
    return _why(clashes, elsewhere=any(is_stated(answer, text) for text in scope.everything))


def _unsaid(keyword: Keyword, scope: Scope) -> str | None:
    said = [text for text in map(folded, scope.own) if any(says(wording, text) for wording in keyword.any_of)]
    clashes = [next(iter(_decoys(keyword, text)), None) for text in said]
    if None in clashes:
        return None
    return _why(clashes, elsewhere=any(says(w, folded(text)) for w in keyword.any_of for text in scope.everything))


def _decoys(keyword: Keyword, text: str) -> Iterator[str]:
    return (decoy for decoy in keyword.decoys if says(decoy, text, denied_after=True))


def _why(clashes: Sequence[str | None], *, elsewhere: bool) -> str:
    if clashes:
        return f"said, but so was {clashes[0]!r}"
    return "said only for another question" if elsewhere else "never said"
