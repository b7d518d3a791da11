"""Whether a text states a typed answer, in whatever usual spelling, and doesn't contradict it. Linear in the text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from ecom_fixtures.dataset.answers import DURATIONS, MEASURES, Answer
from ecom_fixtures.language.acts import sentences
from ecom_fixtures.language.saying import clause_at, denies, says
from ecom_fixtures.language.text import folded
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
_WORDS = re.compile(r"[a-z][a-z'-]+")
# Words that say nothing of what a value is about.
_FILLERS = (
    "the a an of for it is its it's are was be to and or in at on with your you our we i this that will would can what"
    " has yuan rmb cny here's here found looked up please note good question answer according records x by"
)
_EMPTY = frozenset(_FILLERS.split())
_STOP = re.compile(r"[.!?;\n](?!\d)")
_POLAR = {
    "yes": re.compile(
        r"^(?:yes|yeah|yep|certainly|of course|absolutely|indeed|correct|that's right|definitely|sure)\b", re.I
    ),
    "no": re.compile(
        r"^(?:no\b(?! (?:problem|worries|doubt))|(?:unfortunately|i'm afraid|sadly|sorry),? (?:no|not)\b|nope)",
        re.I,
    ),
}
# What is said of something else beside the answer: "the blanket belongs to the sofa".
_OF_ANOTHER = re.compile(
    r"\b(?:belongs? to|(?:is|are) (?:only |meant |just )?for|goes with|go with|applies to|apply to|comes? with)\b"
)


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
            return any(says(words, folded(text)) for words in state_words(str(state)))
    return any(_matches(answer, value, text) for value in _values(answer.kind, text))


def contradiction(answer: Answer, text: str) -> str | None:
    """What in ``text`` contradicts the answer: a wrong value, another one of the same thing, the wrong yes or no."""
    match answer.kind, answer.value:
        case "one_of", tuple() as choices:
            found = [
                contradiction(each, text) for each in choices if isinstance(each, Answer) and is_stated(each, text)
            ]
            return None if None in found else next(iter(found), None)
        case ("yes" | "no") as polarity, Answer() as reason:
            other = _POLAR["no" if polarity == "yes" else "yes"]
            opened = next((sentence for sentence in sentences(text) if other.search(sentence)), None)
            own = any(_POLAR[polarity].search(sentence) for sentence in sentences(text))
            return opened if opened and not own else contradiction(reason, text)
    wrong = next((value for value in answer.wrong if _wrongly_stated(answer, value, text)), None)
    return wrong or next((value.text for value in _rivals(answer, text)), None)


@cache
def state_words(state: str) -> tuple[str, ...]:
    """The usual words for a state."""
    lists: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("states.toml").read_text(encoding="utf-8"))
    return (state.replace("_", " "), *lists.get(state, ()))


def _wrongly_stated(answer: Answer, wrong: str, text: str) -> bool:
    if answer.kind in _FINDS:
        claim = answer.model_copy(update={"value": Decimal(wrong) if isinstance(answer.value, Decimal) else wrong})
        return any(_matches(claim, value, text) for value in _values(answer.kind, text))
    plain = folded(text)
    words = state_words(wrong) if answer.kind == "state" else (wrong,)
    return any(says(each, plain, denied_after=True) and not _of_another(answer, each, plain) for each in words)


def _of_another(answer: Answer, wrong: str, plain: str) -> bool:
    """Whether a wrong name only stands in clauses that say where it belongs, beside the right one."""
    where = [match.start() for match in re.finditer(re.escape(folded(wrong)), plain)]
    clauses = [clause_at(plain, position) for position in where]
    right = answer.value if isinstance(answer.value, tuple) else ()
    return bool(clauses) and all(
        _OF_ANOTHER.search(clause) and not any(folded(str(each)) in clause for each in right) for clause in clauses
    )


def _rivals(answer: Answer, text: str) -> Iterator[Value]:
    """Other values of the kind that stand for the same: in the same words, or as the alternative."""
    if answer.kind not in _FINDS:
        return
    values = _values(answer.kind, text)
    right = [value for value in values if _matches(answer, value, text)]
    contexts = {context for value in right if (context := _context(value, text))}
    ends = {value.end for value in right} | {value.start for value in right}
    for value in values:
        if value in right or value.about:
            continue
        either = any(
            re.fullmatch(r"[ ,]*or[ ,]*", text[min(value.end, end) : max(value.start, end)])
            for end in _near(value, ends)
        )
        apart = all(_parts(text, value, one) for one in right)
        if either or (apart and _context(value, text) in contexts):
            yield value


def _parts(text: str, one: Value, other: Value) -> bool:
    """Whether the two stand in different sentences: what is listed in one sentence doesn't contradict itself."""
    first, second = sorted((one, other), key=lambda value: value.start)
    return bool(_STOP.search(text, first.end, second.start))


def _near(value: Value, ends: set[int]) -> list[int]:
    return [end for end in ends if abs(end - value.end) < 12 or abs(end - value.start) < 12]


def _context(value: Value, text: str) -> frozenset[str]:
    """The words of the clause in which a value stands, without the value."""
    clause = _clause(text, value.start, value.end)
    return frozenset(_WORDS.findall(clause.lower())) - _EMPTY


def _clause(text: str, start: int, end: int) -> str:
    """What stands around a value up to the next stops, at most a line's length to either side."""
    before = re.split(r"[.!?;\n,:](?!\d)|\band\b|\bbut\b", text[max(0, start - 120) : start])[-1]
    behind = re.split(r"[.!?;\n,:](?!\d)|\band\b|\bbut\b", text[end : end + 120])[0]
    return f"{before} {behind}"


def _values(kind: str, text: str) -> Sequence[Value]:
    """The values of a kind that ``text`` states, without those that it denies."""
    plain = text.casefold()
    if len(plain) != len(text):
        plain = text
    return [value for value in find(text, {_FINDS[kind]}) if value.value == 0 or not denies(plain, value.start)]


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
    wanted = {_singular(word) for word in _WORDS.findall(answer.of.lower())}
    around = {_singular(word) for word in _WORDS.findall(_clause(text, found.start, found.end).lower())}
    return not wanted or bool(wanted & (around | {_singular(word.lower()) for word in behind}))


def _singular(word: str) -> str:
    return word.removesuffix("s")


_MATCHERS: dict[str, Callable[[Answer, Value, str], bool]] = {
    "date": _same_date,
    "count": _same_count,
    **dict.fromkeys(DURATIONS, _same_duration),
    **dict.fromkeys(MEASURES, _same_measure),
}
