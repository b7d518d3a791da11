"""What a sentence does: asks, asks for a yes, closes, agrees."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ASKS = re.compile(
    r"\?|\b(?:please|kindly) (?:tell|give|provide|send|share|let me know|upload|specify|confirm)|\bmay i have\b", re.I
)
_ASKS_YES = re.compile(
    r"\b(?:shall i|should i|may i (?!have)|can i go|want me to|like me to|go ahead|proceed|confirm|do you agree"
    r"|are you sure|is (?:that|this) (?:ok|okay|right|correct|fine)|yes or no|reply .?yes)",
    re.I,
)
_CLOSES = re.compile(
    r"\b(?:anything else|what else|something else|help you with|assist you with|how (?:can|may) i)\b", re.I
)
_YES = re.compile(
    r"\b(yes|yeah|yep|sure|okay|ok|please do|go ahead|do it|agreed?|confirm(?:ed)?|correct|that'?s right|fine)\b", re.I
)


def sentences(text: str) -> list[str]:
    """The sentences and lines of ``text``."""
    return _SENTENCE.split(text)


def asks(sentence: str) -> bool:
    """Whether it asks for something, by a question or a request."""
    return bool(_ASKS.search(sentence))


def asks_for_a_yes(sentence: str) -> bool:
    """Whether it proposes something and waits for an answer."""
    return bool(_ASKS_YES.search(sentence))


def closes(sentence: str) -> bool:
    """Whether it asks for no more than whether there is anything else."""
    return bool(_CLOSES.search(sentence))


def agrees(text: str) -> bool:
    """Whether there is a yes in it."""
    return bool(_YES.search(text))
