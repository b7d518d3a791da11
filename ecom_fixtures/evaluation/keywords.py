"""Whether the agent said a required keyword: within one message, as an answer, not negated.

The rule, in full. Text and keyword are compared without Markdown emphasis, after NFKC, lower case, plain hyphens and
apostrophes, collapsed blanks, thousands separators taken out of numbers and trailing zeros off decimals. A keyword must
stand on its own: no letter or digit may touch an end of it that is a letter or digit, and a number isn't found inside
another; between a number and its unit there may be a blank, a hyphen or nothing. An occurrence is negated when a word
such as *not*, *no* or *isn't* stands in the same clause, at most five words before it; the items of a list that ends in
*or* belong to one clause (*not green, violet or red*), and phrases such as *not only* or *no doubt* negate nothing. A
decoy is also negated by what directly follows it (*the grey one is not*). A keyword counts when one of its wordings
stands un-negated in some message and none of its decoys stands un-negated in any: who states the wrong answers too has
recited, not answered.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from ecom_fixtures.dataset.tasks import Keyword, Task
from ecom_fixtures.evaluation.judgement import Missing

# Blanks that only stand inside numbers; NFKC would make them plain ones.
_NARROW = re.compile(r"(?<=\d)[\u2009\u202f\u00a0](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TRAILING_ZEROS = re.compile(r"(\d+\.\d*?)0+(?!\d)")
_PLAIN = str.maketrans({"‐": "-", "‑": "-", "’": "'", "\u200b": None, "\u00ad": None})
# A comma inside a list that ends in "or" parts nothing.
_LIST = r"(?! (?:[\w-]+(?: [\w-]+)?(?:, [\w-]+(?: [\w-]+)?)*,? )?n?or )"
_CLAUSE = re.compile(rf"[.!?](?!\d)|,{_LIST}|[;:|\n—–()]| -+ |\b(?:but|while|whereas|because|although)\b")
_NEGATION = re.compile(
    r"\b(?:not|no(?!,)|never|neither|nor|without|cannot|unlike|rather than|instead of|other than|as opposed to)\b|n't\b"
)
_HARMLESS = re.compile(
    r"\bno (?:doubt|question|problem|worries|(?:extra |additional |further )?(?:charge|cost|fee)s?)\b"
    r"|(?:\bnot|n't) (?:only|just|merely|worry)\b"
)
_DENIED = re.compile(r"(?: [\w-]+)? (?:is|are|was|were)(?:n't| not)\b")
_EMPHASIS = re.compile(r"[*`]|__")
_UNIT = re.compile(r"(?<=\d)[\s-]*(?=[^\W\d_])")
_BLANKS = re.compile(r"[^\S\n]+")
# A letter or digit that may touch no keyword; Chinese is written without blanks.
_LETTER = r"[^\W_\u3040-\u9fff]"
_REACH = 5


def missing_keywords(task: Task, messages: Sequence[str]) -> tuple[Missing, ...]:
    """The keywords of ``task`` that the agent's ``messages`` don't give as an answer."""
    texts = [plain(message) for message in messages]
    missing = []
    for intent in task.intents:
        for keyword in intent.keywords:
            what = " or ".join(repr(wording) for wording in keyword.any_of)
            if not any(says(wording, text) for wording in keyword.any_of for text in texts):
                missing.append(Missing(intent=intent.id, what=what, why="never said"))
            elif decoy := _decoy(keyword, texts):
                missing.append(Missing(intent=intent.id, what=what, why=f"said, but so was the wrong answer {decoy!r}"))
    return tuple(missing)


def plain(text: str) -> str:
    """``text`` in the form in which keywords are compared."""
    text = _NARROW.sub("", _EMPHASIS.sub("", text))
    text = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    text = _THOUSANDS.sub("", _BLANKS.sub(" ", text))
    return _TRAILING_ZEROS.sub(lambda match: match[1].rstrip("."), text)


def _decoy(keyword: Keyword, texts: Sequence[str]) -> str | None:
    return next((decoy for decoy in keyword.decoys if any(says(decoy, text, _DENIED) for text in texts)), None)


def says(wording: str, text: str, denied: re.Pattern[str] | None = None) -> bool:
    return any(
        not _negated(text, match.start()) and not (denied and denied.match(text, match.end()))
        for match in _pattern(wording).finditer(text)
    )


def _negated(text: str, position: int) -> bool:
    ends = _clause_ends(text)
    place = bisect_right(ends, position)
    end = ends[place - 1] if place else 0
    clause = _HARMLESS.sub("", text[end:position])
    return bool(_NEGATION.search(" ".join(clause.split()[-_REACH:])))


@lru_cache(maxsize=64)
def _clause_ends(text: str) -> list[int]:
    """Where the clauses of ``text`` end, in order."""
    return [match.end() for match in _CLAUSE.finditer(text)]


@lru_cache(maxsize=1024)
def _pattern(wording: str) -> re.Pattern[str]:
    words = plain(wording).strip()
    first, last = words[:1], words[-1:]
    # "80 litres" may be written "80litres" or "80-litres".
    parts = _UNIT.split(words)
    body = r"[\s-]*".join(r"\s+".join(re.escape(word) for word in part.split()) for part in parts)
    before = rf"(?<!{_LETTER})" if first.isascii() and first.isalnum() else ""
    after = rf"(?!{_LETTER})" if last.isascii() and last.isalnum() else ""
    if first.isdigit():
        before += r"(?<!\d[.,])"
    if last.isdigit():
        after += r"(?![.,]\d)"
    return re.compile(before + body + after)
