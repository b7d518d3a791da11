"""Whether a text says something: as words of their own, not inside others, not negated.

Text and wording are compared as `ecom_fixtures.language.text.folded` spells them. A wording must
stand on its own: no letter or digit may touch an end of it that is a letter or digit, and a number isn't found inside
another; between a number and its unit there may be a blank, a hyphen or nothing. An occurrence is negated when a word
such as *not*, *no* or *isn't* stands in the same clause, at most five words before it; the items of a list that ends in
*or* belong to one clause (*not green, violet or red*), and phrases such as *not only* or *no doubt* negate nothing. A
decoy is also negated by what directly follows it (*the grey one is not*).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from ecom_fixtures.language.text import folded

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
_UNIT = re.compile(r"(?<=\d)[\s-]*(?=[^\W\d_])")
# A letter or digit that may touch no keyword; Chinese is written without blanks.
_LETTER = r"[^\W_\u3040-\u9fff]"
_REACH = 5


def says(wording: str, text: str, *, denied_after: bool = False) -> bool:
    """Whether ``text``, as `folded`, says ``wording``. ``denied_after``: what directly follows may deny it, too."""
    return any(
        not _negated(text, match.start()) and not (denied_after and _DENIED.match(text, match.end()))
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
    words = folded(wording).strip()
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
