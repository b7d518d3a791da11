"""Whether a text states a typed answer, in whatever usual spelling, and doesn't contradict it. Linear in the text.

A value is stated where it stands un-denied and isn't an end of a range. What contradicts it is a wrong value or another
one of the same subject, that isn't said in contrast; of a yes or no, a sentence that says the other.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ecom_fixtures.dataset.answers import DURATIONS, MEASURES, Answer
from ecom_fixtures.language.acts import LONGEST, MOST, sentences
from ecom_fixtures.language.nouns import stem
from ecom_fixtures.language.saying import clause_at, denies, in_contrast, is_denied_after, said_at, says
from ecom_fixtures.language.states import says_state
from ecom_fixtures.language.text import folded, level
from ecom_fixtures.language.values import Value, find

_FINDS = {
    "money": "money",
    "percent": "percent",
    "count": "count",
    "date": "date",
    "weekday": "weekday",
    "time": "time",
    **dict.fromkeys(DURATIONS, "duration"),
    **dict.fromkeys(MEASURES, "measure"),
}
_WITH_UNIT = ("money", "percent", "duration", "measure")
_WORDS = re.compile(r"[a-z][a-z'-]+")
_STOP = re.compile(r"[.!?;\n](?!\d)")
_PART = re.compile(r"[.!?;\n,:](?!\d)|\band\b|\bbut\b")
_OR = re.compile(r"[ ,]*or[ ,]*")
_LONGEST_OR = 8
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|e)$")
# How far around a value its clause is looked at, how far before it a bracket may open.
_FAR, _BRACKET = 100, 80
# Of so many values of a kind in one message it is asked whether they contradict each other.
_MOST = 200


def states(answer: Answer, text: str) -> bool:
    """Whether ``text`` states the answer and nothing that contradicts it."""
    return is_stated(answer, text) and contradiction(answer, text) is None


def is_stated(answer: Answer, text: str) -> bool:
    """Whether ``text`` states the answer, whatever else it states."""
    match answer.kind, answer.value:
        case "one_of", tuple() as choices:
            return any(is_stated(each, text) for each in choices if isinstance(each, Answer))
        case (("yes" | "no"), Answer() as reason):
            return is_stated(reason, text)
        case "name", tuple() as spellings:
            return any(says(str(spelling), folded(text)) for spelling in spellings)
        case "state", state:
            return says_state(str(state), folded(text))
    return any(_matches(answer, value, text) for value in _values(answer.kind, text) if not value.within)


def contradiction(answer: Answer, text: str) -> str | None:
    """What in ``text`` contradicts the answer: a wrong value, another one of the same thing, the wrong yes or no."""
    match answer.kind, answer.value:
        case "one_of", tuple() as choices:
            stated = (each for each in choices if isinstance(each, Answer) and is_stated(each, text))
            found = [contradiction(each, text) for each in stated]
            return None if None in found else next(iter(found), None)
        case ("yes" | "no") as polarity, Answer() as reason:
            return _wrong_way(polarity, reason, text) or contradiction(reason, text)
        case "name", tuple() as spellings:
            return next((wrong for wrong in answer.wrong if _wrongly_named(wrong, spellings, folded(text))), None)
        case "state", _:
            return next((wrong for wrong in answer.wrong if says_state(wrong, folded(text))), None)
    values = _values(answer.kind, text)[:_MOST]
    right = [_matches(answer, value, text) for value in values]
    wrong = next(_wrong_values(answer, values, right, text), None) or next(_rivals(values, right, text), None)
    return wrong.text if wrong else None


def _wrong_way(polarity: str, reason: Answer, text: str) -> str | None:
    """The sentence that says yes where no is right, or the other way round."""
    said = [sentence[:LONGEST] for sentence in sentences(text)[:MOST]]
    if any(_opens(polarity).match(level(sentence)) for sentence in said):
        return None
    other = "no" if polarity == "yes" else "yes"
    for sentence in said:
        judged = _judges(level(sentence)) == other and is_stated(reason, sentence)
        if judged or _opens(other).match(level(sentence)):
            return sentence
    return None


def _judges(plain: str) -> str | None:
    """Which way a sentence answers by what it calls enough, allowed or fitting; None where it does neither."""
    lists = _lists()["judges"]
    if any(denies(plain, start) for word in lists["denied"] for start in _places(word, plain)):
        return "no"
    limited = any(next(_places(word, plain), None) is not None for word in lists["limits"])
    return "yes" if not limited and any(says(word, plain) for word in lists["words"]) else None


def _places(word: str, plain: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(rf"(?<![a-z]){re.escape(word)}\b|{re.escape(word)}(?<=n't)", plain))


def _wrongly_named(wrong: str, right: Sequence[Any], plain: str) -> bool:
    """Whether a wrong name is stated, other than in a clause of its own that says where it belongs."""
    for start, _ in said_at(wrong, plain, denied_after=True):
        clause = clause_at(plain, start)
        if not in_contrast(plain, start) or any(folded(str(each)) in clause for each in right):
            return True
    return False


def _wrong_values(answer: Answer, values: Sequence[Value], right: Sequence[bool], text: str) -> Iterator[Value]:
    """Values that a wrong answer has, unless said of another time or case, or in brackets beside the right one."""
    plain = level(text)
    apart = any(own and not _in_brackets(plain, value.start) for value, own in zip(values, right, strict=True))
    for wrong in answer.wrong:
        given = Decimal(wrong) if isinstance(answer.value, Decimal) else wrong
        claim = answer.model_copy(update={"value": given})
        for value in values:
            aside = in_contrast(plain, value.start) or (apart and _in_brackets(plain, value.start))
            if not aside and _matches(claim, value, text):
                yield value


def _in_brackets(plain: str, position: int) -> bool:
    start = max(0, position - _BRACKET)
    return plain.rfind("(", start, position) > plain.rfind(")", start, position)


def _rivals(values: Sequence[Value], right: Sequence[bool], text: str) -> Iterator[Value]:
    """Other values of the kind that stand for the same: as the alternative, or in the same words of another sentence.

    What is listed in one sentence doesn't contradict itself.
    """
    for (one, own), (other, others) in pairwise(zip(values, right, strict=True)):
        if own != others and other.start - one.end <= _LONGEST_OR and _OR.fullmatch(text[one.end : other.start]):
            yield other if own else one
    plain = level(text)
    stops = [match.start() for match in _STOP.finditer(plain)]
    of_right = [value for value, own in zip(values, right, strict=True) if own]
    subjects = {subject for value in of_right if (subject := _subject(value, plain))}
    places = {bisect(stops, value.start) for value in of_right}
    for value, own in zip(values, right, strict=True):
        if own or value.about or bisect(stops, value.start) in places:
            continue
        if _subject(value, plain) in subjects and not in_contrast(plain, value.start):
            yield value


def _subject(value: Value, plain: str) -> frozenset[str]:
    """What a value is said of: the words of its clause, or the pronoun that stands for them."""
    words = frozenset(_WORDS.findall(_clause(plain, value.start, value.end)))
    return (words - _fillers()) or (words & frozenset(_lists()["pronouns"]) and frozenset(["it"]))


def _clause(plain: str, start: int, end: int) -> str:
    """What stands around a value up to the next stops, a line's length to either side."""
    before = _PART.split(plain[max(0, start - _FAR) : start])[-1]
    behind = _PART.split(plain[end : end + _FAR], maxsplit=1)[0]
    return f"{before} {behind}"


def _values(kind: str, text: str) -> Sequence[Value]:
    """The values of a kind that ``text`` states, without those that it denies."""
    plain = level(text)
    found = [value for value in find(text, {_FINDS[kind]}) if not denies(plain, value.start)]
    if kind == "count" and found:
        # 18 yuan are not 18 of anything else.
        taken = {place for each in find(text, _WITH_UNIT) for place in range(each.start, each.end)}
        found = [value for value in found if value.start not in taken]
    # "Thursday is taken"
    return [each for each in found if each.kind not in ("weekday", "date") or not is_denied_after(plain, each.end)]


def _matches(answer: Answer, found: Value, text: str) -> bool:
    return _MATCHERS.get(answer.kind, _equal)(answer, found, text)


def _equal(answer: Answer, found: Value, text: str) -> bool:
    return bool(found.value == answer.value)


def _same_date(answer: Answer, found: Value, text: str) -> bool:
    """Without a year a date is that of any."""
    one, other = str(answer.value), str(found.value)
    return one == other or (other.startswith("-") and one[4:] == other[1:])


def _same_duration(answer: Answer, found: Value, text: str) -> bool:
    unit, size = found.value
    return any(value.value == (unit, size) for value in find(f"{answer.value} {answer.kind}", {"duration"}))


def _same_measure(answer: Answer, found: Value, text: str) -> bool:
    return any(value.value == found.value for value in find(str(answer.value), {"measure"}))


def _same_count(answer: Answer, found: Value, text: str) -> bool:
    """The number, with what is counted beside it."""
    number, behind = found.value
    if number != answer.value:
        return False
    wanted = {_root(word) for word in _WORDS.findall(answer.of.lower())}
    around = (*_WORDS.findall(_clause(level(text), found.start, found.end)), *behind)
    return not wanted or not wanted.isdisjoint(map(_root, around))


def _root(word: str) -> str:
    """What a noun and its verb have in common: 312 ratings, 312 people have rated it."""
    return _ENDING.sub("", stem(word))


_MATCHERS: dict[str, Callable[[Answer, Value, str], bool]] = {
    "date": _same_date,
    "count": _same_count,
    **dict.fromkeys(DURATIONS, _same_duration),
    **dict.fromkeys(MEASURES, _same_measure),
}


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_lists()["fillers"].split())


@cache
def _opens(polarity: str) -> re.Pattern[str]:
    return re.compile(_lists()["opens"][polarity])
