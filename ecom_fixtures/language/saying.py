"""Whether a text says something: as words of their own, not inside others, not denied. Linear in the text.

Text and wording are compared as `ecom_fixtures.language.text.folded` spells them. A wording must stand on its own: no
letter or digit may touch an end of it that is a letter or digit, and a number isn't found inside another; between a
number and its unit there may be a blank, a hyphen or nothing. What a clause denies is what follows its *not*, *no* or
*isn't* within a few words; the items of a list that ends in *or* are denied together (*not green, violet or red*), and
phrases such as *not only* or *no later than* deny nothing. *Instead of*, *unlike* and their like deny what they name
and no more. A wrong answer is also denied by what directly follows it (*the grey one is not*).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from ecom_fixtures.language.text import folded

_CLAUSE = re.compile(r"[.!?](?!\d)|[;:|\n—–()]| -+ |,(?!\d)|\b(?:but|while|whereas|because|although|though|yet)\b")
_DENIES = re.compile(r"\b(?:not|no(?!\.|,)|never|neither|nor|without|cannot|none of)\b|n't\b")
_NAMES_OTHER = re.compile(
    r"\b(?:unlike|rather than|instead of|other than|as opposed to|except(?: for)?|apart from|excluding)\b"
)
_HARMLESS = re.compile(
    r"\bno (?:doubt|question|problem|worries|(?:later|more|less|longer|earlier|fewer|other) than"
    r"|(?:extra |additional |further |separate )?(?:charge|cost|fee)s?|need|matter|rush|hurry|longer needed)\b"
    r"|(?:\bnot|n't) (?:only|just|merely|worry|forget|hesitate|to mention|later than|more than|less than|least)\b"
    r"|\bwithout (?:doubt|question|fail|(?:any |extra |additional )?(?:charge|cost|fee)s?|delay|problems?)\b"
)
_ITEM = re.compile(r" ?(?:(?:or|nor|and) )?(?:the |a |an )?[^ ]+(?: [^ ]+){0,2} ?")
_ENDS_LIST = re.compile(r"(?:^| )n?or ")
_DENIED_AFTER = re.compile(
    r"(?: [\w-]+)? (?:(?:is|are|was|were|does|do|did|would|can|has)(?:n't| not)|cannot|isn't|no longer)\b"
)
_UNIT = re.compile(r"(?<=\d)[\s-]*(?=[^\W\d_])")
_WORD = re.compile(r"[^ ]+")
# A letter or digit that may touch no keyword; Chinese is written without blanks.
_LETTER = r"[^\W_\u3040-\u9fff]"
# How many words behind it a negation denies, and how many what names something other does.
_REACH, _NAMED = 7, 5
# The longest list whose items are denied together.
_LIST = 6


def says(wording: str, text: str, *, denied_after: bool = False) -> bool:
    """Whether ``text``, as `folded`, says ``wording``. ``denied_after``: what directly follows may deny it, too."""
    return any(
        not denies(text, match.start()) and not (denied_after and _DENIED_AFTER.match(text, match.end()))
        for match in _pattern(wording).finditer(text)
    )


def denies(text: str, position: int) -> bool:
    """Whether what stands at ``position`` of ``text``, as `folded`, is denied there."""
    spans = _denied(text)
    place = bisect_right(spans, (position, len(text))) - 1
    return place >= 0 and spans[place][0] <= position < spans[place][1]


def clause_at(text: str, position: int) -> str:
    """The clause of ``text`` in which ``position`` lies."""
    ends = [start for start, _ in _clauses(text)]
    start, end = _clauses(text)[max(0, bisect_right(ends, position) - 1)]
    return text[start:end]


@lru_cache(maxsize=64)
def _clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of ``text`` begin and end, in order."""
    bounds = [0]
    for match in _CLAUSE.finditer(text):
        bounds += [match.start(), match.end()]
    bounds.append(len(text))
    return list(zip(bounds[::2], bounds[1::2], strict=True))


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
    clauses = _clauses(text)
    for number, (start, end) in enumerate(clauses):
        clause = _HARMLESS.sub(lambda match: " " * len(match[0]), text[start:end])
        for match in _DENIES.finditer(clause):
            stop = _after(clause, match.end(), _REACH)
            yield start + match.end(), start + stop
            if stop == len(clause):
                yield from _list_behind(text, clauses[number + 1 : number + 1 + _LIST])
        for match in _NAMES_OTHER.finditer(clause):
            joined = clause.find(" and ", match.end())
            stop = min(_after(clause, match.end(), _NAMED), joined if joined >= 0 else len(clause))
            yield start + match.end(), start + stop


def _after(clause: str, position: int, words: int) -> int:
    """Where the ``words``-th word behind ``position`` ends."""
    end = len(clause)
    for number, match in enumerate(_WORD.finditer(clause, position), start=1):
        if number == words:
            return match.end()
    return end


def _list_behind(text: str, clauses: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The further items of a list that ends in *or*; none where it doesn't end so."""
    items: list[tuple[int, int]] = []
    for start, end in clauses:
        if text[start - 1 : start] != "," or not _ITEM.fullmatch(text[start:end]):
            break
        items.append((start, end))
        if _ENDS_LIST.search(text[start:end]):
            return items
    return []


@lru_cache(maxsize=4096)
def _pattern(wording: str) -> re.Pattern[str]:
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
    return re.compile(before + body + after)
