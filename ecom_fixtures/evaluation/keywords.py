"""Whether the agent said a required keyword: within one message, as an answer, not negated.

The rule, in full. Text and keyword are compared without Markdown emphasis, after NFKC, lower case,
collapsed blanks, thousands separators taken out of numbers and trailing zeros off decimals. A keyword
must stand on its own: no letter or digit may touch an end of it that is a letter or digit, and a number
isn't found inside another. An occurrence is negated when a word such as *not*, *no* or *isn't* stands in
the same clause, at most five words before it. A keyword counts when one of its wordings stands un-negated in some message and none of
its decoys stands un-negated in any: who states the wrong answers too has recited, not answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ecom_fixtures.evaluation.record import Missing
from ecom_fixtures.tasks import Keyword, Task

_THOUSANDS = re.compile(r"(?<=\d)[,\u2009\u202f\u00a0](?=\d{3}(?!\d))")
_TRAILING_ZEROS = re.compile(r"(\d+\.\d*?)0+(?!\d)")
_CLAUSE = re.compile(r"[.!?](?!\d)|[;:,\n—–()]|\bbut\b")
_NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|without|cannot|rather than|instead of)\b|n['’]t\b")
_EMPHASIS = re.compile(r"[*`]|__")
_REACH = 5


def missing_keywords(task: Task, messages: Sequence[str]) -> tuple[Missing, ...]:
    """The keywords of ``task`` that the agent's ``messages`` don't give as an answer."""
    texts = [plain(message) for message in messages]
    missing = []
    for intent in task.intents:
        for keyword in intent.keywords:
            what = " or ".join(repr(wording) for wording in keyword.any_of)
            if not any(_said(wording, text) for wording in keyword.any_of for text in texts):
                missing.append(Missing(intent=intent.id, what=what, why="never said"))
            elif decoy := _decoy(keyword, texts):
                missing.append(Missing(intent=intent.id, what=what, why=f"said, but so was the wrong answer {decoy!r}"))
    return tuple(missing)


def plain(text: str) -> str:
    """``text`` in the form in which keywords are compared."""
    text = _EMPHASIS.sub("", text)
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().replace("\n", " \n ").split(" "))
    text = _THOUSANDS.sub("", text)
    return _TRAILING_ZEROS.sub(lambda match: match[1].rstrip("."), text)


def _decoy(keyword: Keyword, texts: Sequence[str]) -> str | None:
    return next((decoy for decoy in keyword.decoys if any(_said(decoy, text) for text in texts)), None)


def _said(wording: str, text: str) -> bool:
    return any(not _negated(text, match.start()) for match in _pattern(wording).finditer(text))


def _negated(text: str, position: int) -> bool:
    clause = _CLAUSE.split(text[:position])[-1]
    return bool(_NEGATION.search(" ".join(clause.split()[-_REACH:])))


@lru_cache(maxsize=1024)
def _pattern(wording: str) -> re.Pattern[str]:
    body = r"\s+".join(re.escape(word) for word in plain(wording).split())
    first, last = plain(wording).strip()[:1], plain(wording).strip()[-1:]
    before = r"(?<![^\W_])" if first.isascii() and first.isalnum() else ""
    after = r"(?![^\W_])" if last.isascii() and last.isalnum() else ""
    if first.isdigit():
        before += r"(?<!\d[.,])"
    if last.isdigit():
        after += r"(?![.,]\d)"
    return re.compile(before + body + after)
