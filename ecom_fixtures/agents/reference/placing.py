"""Which of a task's intents the customer is at, by what the words of their messages are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ecom_fixtures.dataset.tasks import Intent

_WORD = re.compile(r"[a-z0-9][\w'-]+")
# Of the words of one wording, as many must stand in what the customer says.
_ENOUGH = 0.55
# A message may be the second half of one that was split.
_PARTS = 3
# How far ahead one is looked for: two in a row are never passed over.
_AHEAD = 2


def current_intent(intents: Sequence[Intent], said: Sequence[str]) -> Intent | None:
    """The intent that was brought up last; intents come up in their order, and some are passed over."""
    place, since = -1, 0
    for number in range(len(said)):
        nearest = max(_scores(intents, place, said[max(since, number - _PARTS + 1) : number + 1]), default=(0.0, 0))
        if nearest[0] >= _ENOUGH:
            place, since = -nearest[1], number + 1
    return intents[place] if place >= 0 else None


def _scores(intents: Sequence[Intent], place: int, messages: Sequence[str]) -> Iterator[tuple[float, int]]:
    """How much of one of the next intents is in the last message, or in the last few; of equals the earlier one."""
    spread = Counter(word for intent in intents for word in frozenset().union(*map(_words, intent.say)))
    for number in range(place + 1, min(place + 1 + _AHEAD, len(intents))):
        texts = [_words(" ".join(messages[start:])) for start in range(len(messages))]
        yield max(_share(_words(wording), text, spread) for wording in intents[number].say for text in texts), -number


def _share(words: frozenset[str], said: frozenset[str], spread: Counter[str]) -> float:
    """Of the words of a wording, those that are said; one that other intents have too counts less."""
    whole = sum(1 / spread[word] for word in words) or 1.0
    return sum(1 / spread[word] for word in words & said) / whole


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
