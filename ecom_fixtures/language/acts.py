"""What a service agent's message does, sentence by sentence: proposes, asks, offers, reports, refuses, closes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

# Longer sentences aren't written by people: what follows is not looked at.
LONGEST = 600
# Nor are there more sentences in a message.
MOST = 500
_SENTENCE = re.compile(r"(?<=[.!?。！？])[\"'”’)*_]{0,4}\s+|\n+|(?<=\?) *[—–-] *")
_MARKS = re.compile(r"[*_`#>|]+|^\s*(?:[-•·]|\d{1,2}[.)])\s+")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "‑": "-"})
_QUESTION = re.compile(r"\?[\"')\s]*$")


class Act(StrEnum):
    """What a sentence does. ``PROPOSES`` waits for a yes, ``OFFERS`` for a choice, ``OPEN`` for anything."""

    PROPOSES = "proposes"
    ASKS = "asks"
    OFFERS = "offers"
    OPEN = "open"
    PICTURE = "picture"
    REPORTS = "reports"
    REFUSES = "refuses"
    CLOSES = "closes"
    GREETS = "greets"
    STATES = "states"


# Those that wait for the customer's answer.
WAITING = frozenset({Act.PROPOSES, Act.ASKS, Act.OFFERS, Act.OPEN, Act.PICTURE})


class Kind(StrEnum):
    """What a question is about."""

    ORDER = "order"
    PRODUCT = "product"
    DAY = "day"
    PAYMENT = "payment"
    ADDRESS = "address"
    CONTACT = "contact"
    QUANTITY = "quantity"
    TITLE = "title"
    REASON = "reason"
    PREFERENCE = "preference"
    PICTURE = "picture"
    OTHER = "other"


@dataclass(frozen=True)
class Heard:
    """One act: the sentence that does it, and what it asks about."""

    act: Act
    text: str
    kinds: frozenset[Kind] = frozenset()


@lru_cache(maxsize=512)
def hear(text: str) -> tuple[Heard, ...]:
    """The acts of a message in their order; a sentence that does two things is two acts. Linear in the text."""
    return tuple(heard for sentence in sentences(text)[:MOST] for heard in _acts(sentence))


def sentences(text: str) -> list[str]:
    """The sentences and lines of ``text``, without bullets and emphasis."""
    parts = (_MARKS.sub(" ", part).strip() for part in _SENTENCE.split(text.translate(_PLAIN)) if part)
    return [part for part in parts if part]


def _acts(sentence: str) -> Iterator[Heard]:
    plain = " ".join(sentence[:LONGEST].lower().split())
    asked = bool(_QUESTION.search(plain))
    rest = _frames("closes").sub(" ", plain)
    closing = rest != plain
    waiting = _waiting(rest, asked) if rest.strip(" ?.!,") else None
    if closing:
        yield Heard(Act.CLOSES, sentence)
        if waiting not in (Act.PROPOSES, Act.PICTURE):
            return
    if waiting:
        kinds = frozenset(_kinds(plain)) if waiting is not Act.PROPOSES else frozenset()
        yield Heard(waiting, sentence, kinds)
        return
    for act in (Act.REPORTS, Act.REFUSES, Act.GREETS):
        if _frames(act).search(plain):
            yield Heard(act, sentence)
            return
    yield Heard(Act.STATES, sentence)


def _waiting(plain: str, asked: bool) -> Act | None:
    """What a sentence waits for, if for anything."""
    if _has_picture(plain):
        return Act.PICTURE
    if _frames("proposes_open").search(plain):
        return Act.PROPOSES
    opened, requested = bool(_opened().search(plain)), bool(_frames("requests").search(plain))
    if (asked or not opened) and _frames("open").search(plain):
        return Act.OPEN
    if (requested or not (asked and opened)) and _frames("proposes").search(plain):
        return Act.PROPOSES
    if _is_choice(plain) and (asked or requested):
        return Act.OFFERS
    if asked and not opened and not requested and _frames("proposes_asked").search(plain):
        return Act.PROPOSES
    if asked or requested:
        return Act.ASKS
    return Act.OPEN if _frames("open").search(plain) else None


def _is_choice(plain: str) -> bool:
    either = re.search(
        r"\bor\b(?! (?:not|no\b|anything|something|would you|shall i|should i|do you|can i|is there|are you|does))",
        plain,
    )
    which = re.search(
        r"\bwhich (?:one|of|two|three|would|do|should|option|order|product|\w+ (?:would|should|do|shall))\b", plain
    )
    return bool(either or which)


def _has_picture(plain: str) -> bool:
    return bool(_frames("picture_words").search(plain) and _frames("picture_request").search(plain)) and not re.search(
        r"\b(?:your|the|this|that) (?:picture|photo|screenshot|image)s? (?:shows?|does|is|was|has|proves)\b", plain
    )


def _kinds(plain: str) -> Iterator[Kind]:
    found = [Kind(kind) for kind in _lists()["kinds"] if _frames(f"kinds.{kind}").search(plain)]
    # "Which" alone asks for a product only where nothing else is named.
    if len(found) > 1 and Kind.PRODUCT in found and not re.search(r"\b(?:product|item|model)\b", plain):
        found.remove(Kind.PRODUCT)
    yield from found or [Kind.OTHER]


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _frames(name: str) -> re.Pattern[str]:
    """The frames of one list as one expression."""
    lists = _lists()
    if name == "picture_words":
        return re.compile(rf"\b(?:{'|'.join(lists['picture'])})\b")
    group, _, kind = name.partition(".")
    entries: Sequence[str] = lists[group][kind] if kind else lists[group]
    change = "|".join(lists["change"])
    return re.compile("|".join(f"(?:{entry.replace('{change}', change)})" for entry in entries))


@cache
def _opened() -> re.Pattern[str]:
    """A question word where a question begins: at the front, or behind a comma, a dash or *and*."""
    words = "|".join(_lists()["wh"])
    begin = r"(?:^|[,;:—–-] ?|\b(?:and|so|or|then|but|also|please|know|tell me|sure|exactly|just|great|ok|okay) )"
    return re.compile(rf"{begin}(?:on |in |at |to |for |by |with |from |under )?(?:{words})\b(?:(?!'s that\b))")
