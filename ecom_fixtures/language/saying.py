"""Whether a text says something: as words of their own, not inside others, not denied. Linear in the text.

Text and wording are compared as `ecom_fixtures.language.text.folded` spells them. A wording must stand on its own: no
letter or digit may touch an end of it that is a letter or digit, and a number isn't found inside another; between a
number and its unit there may be a blank, a hyphen or nothing. What a clause denies is what follows its *not*, *no* or
*isn't* within a few words; the items of a list that ends in *or* are denied together (*not green, violet or red*), and
phrases such as *not only* or *no later than* deny nothing. *Instead of*, *unlike* and their like deny what they name
and no more. A wrong answer is also denied by what directly follows it (*the grey one is not*), and it is in contrast
where its clause says it of something else (*belongs to the sofa*) or of another time (*it used to be 899 yuan*).
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from ecom_fixtures.language.text import folded

# Stops, and words that begin a clause of their own.
_CLAUSE = re.compile(
    r"(?<![.!?])[.!?]++(?!\d)|[;:|\n—–()]+| -+ |,(?!\d)"
    r"|\b(?:(?:but|while|whereas|because|although|though|yet|since)\b|and (?=(?:it|they|you|this|that)\b)"
    r"|as (?=(?:it|they|you|this|that|the)\b))"
)
# Nobody denies more in one message; what follows is not looked at.
_MOST = 2000
_ITEM = re.compile(r" ?(?:(?:or|nor|and) )?(?:the |a |an )?[^ ]+(?: [^ ]+){0,2} ?")
_ENDS_LIST = re.compile(r"(?:^| )n?or ")
_UNIT = re.compile(r"(?<=\d)[\s-]*(?=[^\W\d_])")
_WORD = re.compile(r"[^ ]+")
# Behind what is named as other the sentence goes on: "instead of chrome take brass".
_GOES_ON = re.compile(r" (?:and|you|i|we|it|they|take|use|choose|get|go|is|are|will|would|please)\b")
# What these say is said of everything before them: "the bag and the umbrella belong to the sofa".
_PLURAL = ("are", "belong", "go", "come", "apply")
# A letter or digit that may touch no keyword; Chinese is written without blanks.
_LETTER = r"[^\W_\u3040-\u9fff]"
# How many words behind it a negation denies, and how many what names something other does.
_REACH, _NAMED = 7, 5
_LONGEST_ITEM = 60
# How far to either side a clause is looked at.
_FAR = 200
# The longest list whose items are denied together.
_LIST = 6


def says(wording: str, text: str, *, denied_after: bool = False) -> bool:
    """Whether ``text``, as `folded`, says ``wording``. ``denied_after``: what directly follows may deny it, too."""
    return next(said_at(wording, text, denied_after=denied_after), None) is not None


def said_at(wording: str, text: str, *, denied_after: bool = False) -> Iterator[tuple[int, int]]:
    """Where ``text``, as `folded`, says ``wording``, from and to."""
    for start, end in occurrences(wording, text):
        if not denies(text, start) and not (denied_after and is_denied_after(text, end)):
            yield start, end


def occurrences(wording: str, text: str) -> Iterator[tuple[int, int]]:
    """Where ``wording`` stands in ``text``, as `folded`, denied or not; the first `_MOST`."""
    first, pattern = _pattern(wording)
    return (match.span() for match in islice(pattern.finditer(text), _MOST)) if first in text else iter(())


def denies(text: str, position: int) -> bool:
    """Whether what stands at ``position`` of ``text``, as `folded`, is denied there."""
    spans = _denied(text)
    place = bisect_right(spans, (position, len(text))) - 1
    return place >= 0 and spans[place][0] <= position < spans[place][1]


def is_denied_after(text: str, position: int) -> bool:
    """Whether what ends at ``position`` of ``text``, as `folded`, is denied by what directly follows it."""
    return _after_it().match(text, position) is not None


def clause_at(text: str, position: int) -> str:
    """The clause of ``text`` in which ``position`` lies."""
    start, end = _bounds(text, position)
    return text[start:end]


def in_contrast(text: str, position: int) -> bool:
    """Whether what stands at ``position`` of ``text``, as `folded`, is said there of something or some time else."""
    start, stop = _bounds(text, position)
    # "It was 899 yuan and is 799 yuan now": each half of the clause speaks for itself; "grey and white are" don't.
    joint, next_joint = text.rfind(" and ", start, position), text.find(" and ", position, stop)
    start, end = max(start, joint), stop if next_joint < 0 else next_joint
    another = _any_of("of_another").search(text, position, stop)
    of_both = another is not None and another[0].split()[0] in _PLURAL
    of_another = another is not None and (another.start() < end or of_both)
    return of_another or _any_of("of_another_time").search(text, start, end) is not None


def _bounds(text: str, position: int) -> tuple[int, int]:
    starts, ends = _clauses(text)
    number = max(0, bisect_right(starts, position) - 1)
    return max(starts[number], position - _FAR), min(ends[number], position + _FAR)


@lru_cache(maxsize=64)
def _clauses(text: str) -> tuple[list[int], list[int]]:
    """Where the clauses of ``text`` begin and where they end, in order."""
    starts, ends = [0], []
    for match in _CLAUSE.finditer(text):
        ends.append(match.start())
        starts.append(match.end())
    return starts, [*ends, len(text)]


@lru_cache(maxsize=64)
def _denied(text: str) -> list[tuple[int, int]]:
    """The spans of ``text`` that are denied, in order, none within another."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_spans(text)):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _spans(text: str) -> Iterator[tuple[int, int]]:
    starts, ends = _clauses(text)
    masked = _harmless().sub(lambda match: " " * len(match[0]), text)
    for match in islice(_any_of("denies", "n't\\b").finditer(masked), _MOST):
        number = bisect_right(starts, match.start()) - 1
        stop = _reach(text, match.end(), ends[number], _REACH)
        yield match.end(), stop
        if stop == ends[number]:
            yield from _list_behind(text, number + 1)
    for match in islice(_any_of("names_other").finditer(masked), _MOST):
        stop = _reach(text, match.end(), ends[bisect_right(starts, match.start()) - 1], _NAMED)
        on = _GOES_ON.search(text, match.end(), stop)
        yield match.end(), on.start() if on else stop


def _reach(text: str, position: int, end: int, words: int) -> int:
    """Where the ``words``-th word behind ``position`` ends, at ``end`` at the latest."""
    last = next(islice(_WORD.finditer(text, position, end), words - 1, None), None)
    return last.end() if last else max(position, end)


def _list_behind(text: str, number: int) -> list[tuple[int, int]]:
    """The further items of a list that ends in *or*; none where it doesn't end so. ``number``: of the next clause."""
    starts, ends = _clauses(text)
    items: list[tuple[int, int]] = []
    for start, end in zip(starts[number : number + _LIST], ends[number : number + _LIST], strict=True):
        if text[start - 1 : start] != "," or end - start > _LONGEST_ITEM or not _ITEM.fullmatch(text, start, end):
            break
        items.append((start, end))
        if _ENDS_LIST.search(text, start, end):
            return items
    return []


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _any_of(name: str, *glued: str) -> re.Pattern[str]:
    """One expression for a list, whose entries begin at a word; ``glued`` may begin within one."""
    return re.compile("|".join([rf"\b(?:{'|'.join(_lists()[name])})", *glued]))


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_lists()['harmless'])})|n't{_lists()['harmless_behind']}")


@cache
def _after_it() -> re.Pattern[str]:
    return re.compile(_lists()["denied_after"])


@lru_cache(maxsize=4096)
def _pattern(wording: str) -> tuple[str, re.Pattern[str]]:
    """The first word of a wording, without which there is no need to look for it, and the expression that finds it."""
    words = folded(wording).strip()
    first, last = words[:1], words[-1:]
    # "80 litres" may be written "80litres" or "80-litres".
    parts = _UNIT.split(words)
    body = r"[\s-]{0,2}".join(r"[\s-]{1,2}".join(re.escape(word) for word in part.split()) for part in parts)
    before = rf"(?<!{_LETTER})" if first.isascii() and first.isalnum() else ""
    after = rf"(?!{_LETTER})" if last.isascii() and last.isalnum() else ""
    if first.isdigit():
        before += r"(?<!\d[.,])"
    if last.isdigit():
        after += r"(?![.,]\d)"
    return parts[0].split()[0] if words else "", re.compile(before + body + after)
