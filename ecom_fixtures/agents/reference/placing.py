"""Which of a task's intents the customer is at, by what the words of their messages are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecom_fixtures.dataset.tasks import Intent

_WORD = re.compile(r"[a-z0-9][\w'-]+")
# Of the words of one wording, as many must stand in what the customer says.
_ENOUGH = 0.55
# A message may be the second half of one that was split.
_PARTS = 3


def current_intent(intents: Sequence[Intent], said: Sequence[str]) -> Intent | None:
    """The intent that was brought up last; intents come up in their order, and some are passed over."""
    place, since = -1, 0
    for number in range(len(said)):
        nearest = max(_scores(intents, place, said[max(since, number - _PARTS + 1) : number + 1]), default=(0.0, 0))
        if nearest[0] >= _ENOUGH:
            place, since = -nearest[1], number + 1
    return intents[place] if place >= 0 else None


def _scores(intents: Sequence[Intent], place: int, messages: Sequence[str]) -> Iterator[tuple[float, int]]:
    """How much of a later intent is in the last message, or in the last few; of equals the earlier one."""
    for number in range(place + 1, len(intents)):
        texts = [" ".join(messages[start:]) for start in range(len(messages))]
        yield max(_share(wording, text) for wording in intents[number].say for text in texts), -number


def _share(wording: str, text: str) -> float:
    words = _words(wording)
    return len(words & _words(text)) / (len(words) or 1)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
