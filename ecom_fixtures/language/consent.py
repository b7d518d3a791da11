"""What a customer's answer to a proposal is: a yes, a yes with a condition, a no, a correction, not yet, or nothing."""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from ecom_fixtures.language.acts import LONGEST, MOST, sentences

# Words of a sentence that ask rather than answer.
_ASKS = re.compile(
    r"^(?:and |so |but |or |also |then |ok |okay |well )*(?:what|which|who|when|where|why|how|is|are|does|do|did|can"
    r"|could|will|would|was|were|has|have|am)\b"
)
_CLAUSE = re.compile(r"[,;:.!—–]+\s*|\s+-+\s+|\b(?:but|and then|because|since|though|however|so that)\b")


class Consent(StrEnum):
    """``NONE`` is no answer to a proposal at all."""

    YES = "yes"
    YES_IF = "yes if"
    NO = "no"
    OBJECTS = "objects"
    LATER = "later"
    NONE = "none"

    @property
    def agrees(self) -> bool:
        """Whether it is a yes, be it on a condition."""
        return self in (Consent.YES, Consent.YES_IF)


def consent(text: str) -> Consent:
    """What ``text`` answers to a proposal. Linear in the text.

    A correction outweighs a no, a no outweighs a yes; a yes in one sentence stands beside a question in the next.
    """
    found: list[Consent] = []
    for sentence in sentences(text)[:MOST]:
        # "Yes. That's what I said." corrects nothing.
        found.append(_sentence(sentence, agreed=Consent.YES in found[:1]))
    for decisive in (Consent.OBJECTS, Consent.NO):
        if decisive in found:
            return decisive
    agreed = next((each for each in found if each.agrees), None)
    if Consent.LATER in found:
        # "Yes, please. But first tell me …" waits; "Tell me when it comes. Yes, go ahead." doesn't.
        return Consent.LATER if agreed is None or found.index(Consent.LATER) > found.index(agreed) else agreed
    return agreed or Consent.NONE


def _sentence(sentence: str, *, agreed: bool) -> Consent:
    plain = _list("harmless").sub(" fine ", " ".join(sentence[:LONGEST].lower().split()))
    asks = plain.endswith("?")
    clauses = [clause.strip(" ?\"'()") for clause in _CLAUSE.split(plain)]
    clauses = [clause for clause in clauses if clause]
    refused = bool(clauses) and bool(_list("no").search(clauses[0])) and not _list("later").search(clauses[0])
    if not refused and any(_list("later").search(clause) for clause in clauses) and not _agrees_first(clauses):
        return Consent.LATER
    denied = any(_list("no").search(clause) for clause in clauses)
    conditional = any(_list("condition").search(clause) for clause in clauses)
    corrects = any(_list("objects").search(clause) for clause in clauses)
    corrects = corrects or (not agreed and any(_list("restates").search(clause) for clause in clauses))
    if denied and not (conditional and _agrees_first(clauses)):
        return Consent.OBJECTS if corrects else Consent.NO
    if asks and (_ASKS.search(plain) or not _agrees_first(clauses)) and not any(map(_polite, clauses)):
        return Consent.YES if _agrees_first(clauses) else Consent.NONE
    agrees = any(_list("yes").search(clause) or _list("imperative").search(clause) for clause in clauses)
    if corrects and not _agrees_first(clauses):
        return Consent.OBJECTS
    if not agrees:
        return Consent.NONE
    return Consent.YES_IF if conditional else Consent.YES


def _agrees_first(clauses: list[str]) -> bool:
    return bool(clauses) and bool(_list("yes").search(clauses[0]))


def _polite(clause: str) -> bool:
    """A request in the form of a question: "Could you book it, please?"."""
    return bool(re.match(r"(?:could|can|would|will) you (?:please |then |just |kindly )*\w+", clause)) and bool(
        _list("imperative").search(clause)
    )


@cache
def _list(name: str) -> re.Pattern[str]:
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{entry})" for entry in lists[name]))
