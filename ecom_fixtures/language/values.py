"""Typed values in a text: money, dates, days, times, durations, measures, counts, phone numbers, ids.

Everything here takes time linear in the text: numbers are found once, and of what stands around one only a few
characters are looked at.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

from ecom_fixtures.language import moments
from ecom_fixtures.language.numbers import MOST, Number, numbers
from ecom_fixtures.language.text import level

# How many characters before and behind a number may belong to it.
_BEFORE, _BEHIND = 16, 40
_PHONE = re.compile(r"[+\d](?<![\w+].)(?:[ -]?\d){9,14}(?!\d)")
_ID = re.compile(r"[a-z\d](?<![\w-].)(?:(?<=[a-z])[a-z]{0,2}\d{1,6}-\d{1,6}|(?<=\d)\d{11})(?!\w)")
_PHONE_DIGITS = 11
_NOUN = re.compile(r"[a-z][a-z'-]*")
_NOUNS = 3
_STOP = re.compile(r"[.,;:!?\n|(]")
# Numbers that share the unit of the last: sides (56 x 59 x 55 cm), a choice (65 or 75 inch), a range (2 to 4 days).
_JOINED = re.compile(r"(?P<sides> ?(?:x|×|by|\*) ?)|(?P<choice> or | ?/ ?)|(?P<range> to | and | ?[-–—~] ?)")
_TIMES = re.compile(r"[x×*]|by")
_LONGEST_JOINT = 5
_MOST_JOINED = 4
_END = Number(Decimal(0), 10**9, 10**9)


@dataclass(frozen=True)
class Value:
    """A value, where it stands, and whether it is only roughly meant.

    ``value`` by kind: money and percent a Decimal; date ISO, without a year ``--11-24``; weekday and id in lower case;
    time ``15:30``; duration (``minutes`` or ``months``, Decimal); measure (dimension, Decimal); phone its digits;
    count (Decimal, the words behind it). ``about``: *about*, *up to* and the like stand before it; ``within``: it is an
    end of a range, and so about as well.
    """

    kind: str
    value: Any
    text: str
    start: int
    end: int
    about: bool = False
    within: bool = False


def find(text: str, kinds: Container[str] | None = None) -> tuple[Value, ...]:
    """The values in ``text``, in order; only those of ``kinds``, if given. Linear in the text."""
    return _found(text, tuple(kind for kind in KINDS if kinds is None or kind in kinds))


# A message is looked at by customer and judge, for each answer and each turn.
@lru_cache(maxsize=1024)
def _found(text: str, wanted: tuple[str, ...]) -> tuple[Value, ...]:
    plain = level(text)
    numbered = frozenset(_NUMBERED).intersection(wanted)
    values = [_with_numbers(text, plain, numbered)] if numbered else []
    if "money" in wanted:
        values.append(_free(text, plain))
    for kind in wanted:
        if kind in _WRITTEN:
            found = islice(_WRITTEN[kind](text, plain), MOST)
            values.append(iter([Value(kind, value, text[start:end], start, end) for value, start, end in found]))
    return tuple(sorted(chain.from_iterable(values), key=lambda value: value.start))


def _with_numbers(text: str, plain: str, wanted: frozenset[str]) -> Iterator[Value]:
    """The values that are a number with something before or behind it."""
    found: dict[str, list[Value]] = {kind: [] for kind in wanted}
    joined: list[Number] = []
    taken = 0
    for number, following in pairwise([*numbers(plain), _END]):
        if "count" in wanted:
            found["count"].append(_count(text, plain, number))
        unit = _units_behind().match(plain, number.end, number.end + _BEHIND)
        front = _currency_before(plain, number.start, taken)
        joined.append(number)
        if front is None and not unit:
            between = plain[number.end : min(following.start, number.end + _LONGEST_JOINT)]
            joined = joined[-_MOST_JOINED:] if _JOINED.fullmatch(between) else []
            continue
        if front is not None and unit and not unit["money"]:
            unit = None
        start, end = number.start if front is None else front, unit.end() if unit else number.end
        taken, meant = end, _meaning(unit)
        if meant[0] != "measure" and _TIMES.search(plain, joined[0].end, number.start):
            joined = []
        if meant[0] in wanted:
            found[meant[0]] += (_value(text, plain, meant, one, one.start, one.end) for one in joined[:-1])
            found[meant[0]].append(_value(text, plain, meant, number, start, end))
        joined = []
    return chain.from_iterable(_with_ranges(plain, values) for values in found.values())


def _currency_before(plain: str, position: int, taken: int) -> int | None:
    """Where the currency begins that stands before a number, unless it is that of another."""
    if not position or plain[position - 1] not in _currency_ends():
        return None
    start = max(taken, position - _BEFORE)
    match = _currency_in_front().search(plain[start:position])
    return start + match.start() if match else None


def _meaning(unit: re.Match[str] | None) -> tuple[str, str, Decimal]:
    """What a unit makes of a number: the kind of value, within it the dimension, and the size of one."""
    if unit is None or unit["money"]:
        return "money", "", Decimal(1)
    if unit["percent"]:
        return "percent", "", Decimal(1)
    for dimension in ("minutes", "months"):
        if word := unit[dimension]:
            return "duration", dimension, Decimal(_lists()[dimension][word])
    dimension, size = _units()[" ".join(unit["measure"].split())]
    return "measure", dimension, size


def _value(text: str, plain: str, meant: tuple[str, str, Decimal], number: Number, start: int, end: int) -> Value:
    kind, dimension, size = meant
    amount = number.value * size
    if kind == "duration" and plain[:end].endswith("and a half"):
        amount += size / 2
    return Value(
        kind, (dimension, amount) if dimension else amount, text[start:end], start, end, _roughly(plain, start)
    )


def _count(text: str, plain: str, number: Number) -> Value:
    """A number with the first words behind it."""
    behind = _STOP.split(plain[number.end : number.end + _BEHIND], maxsplit=1)[0]
    value = (number.value, tuple(_NOUN.findall(behind)[:_NOUNS]))
    return Value(
        "count", value, text[number.start : number.end], number.start, number.end, _roughly(plain, number.start)
    )


def _roughly(plain: str, position: int) -> bool:
    words = plain[max(0, position - _BEFORE) : position].rstrip(" ¥￥*_").split(" ")[-2:]
    return " ".join(words) in _words("about") or words[-1] in _words("about")


def _with_ranges(plain: str, values: list[Value]) -> Iterator[Value]:
    """The values, with the ends of ranges marked: *2 to 4 days*, *between 2 and 4 days*; one that falls is none."""
    ends: set[int] = set()
    for one, other in pairwise(values):
        between = plain[one.end : other.start] if other.start - one.end <= _LONGEST_JOINT else ""
        joint = _JOINED.fullmatch(between)
        opened = "and" not in between or "between" in plain[max(0, one.start - _BEFORE) : one.start]
        if joint and joint["range"] and opened and one.kind != "count" and one.value < other.value:
            ends |= {one.start, other.start}
    return (replace(value, about=True, within=True) if value.start in ends else value for value in values)


def _free(text: str, plain: str) -> Iterator[Value]:
    """What costs nothing."""
    for match in _frees().finditer(plain):
        yield Value("money", Decimal(0), text[match.start() : match.end()], match.start(), match.end())


def _phone(text: str, plain: str) -> Iterator[moments.Found]:
    for match in _PHONE.finditer(plain):
        digits = re.sub(r"\D", "", match[0])
        if match[0].startswith("+") or (digits.startswith("86") and len(digits) > _PHONE_DIGITS):
            digits = digits.removeprefix("86")
        if len(digits) <= _PHONE_DIGITS:
            yield digits, match.start(), match.end()


def _identifier(text: str, plain: str) -> Iterator[moments.Found]:
    return ((match[0], match.start(), match.end()) for match in _ID.finditer(plain))


_WRITTEN: dict[str, Callable[[str, str], Iterator[moments.Found]]] = {
    "date": moments.dates,
    "weekday": moments.weekdays,
    "time": lambda text, plain: moments.times(plain),
    "phone": _phone,
    "id": _identifier,
}
_NUMBERED = ("money", "percent", "duration", "measure", "count")
KINDS = (*_NUMBERED, *_WRITTEN)


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_lists()[name])


@cache
def _units() -> dict[str, tuple[str, Decimal]]:
    """Dimension and size of a unit by its spelling."""
    return {
        unit: (dimension, Decimal(size))
        for dimension, units in _lists()["units"].items()
        for unit, size in units.items()
    }


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _units_behind() -> re.Pattern[str]:
    lists = _lists()
    return re.compile(
        rf"(?: \([a-z-]{{3,20}}\))?[*_`)]{{0,3}}(?:[^\S\n]|-){{0,2}}(?:(?P<money>{_any(lists['currency'])})(?![a-z])"
        rf"|(?P<percent>%|per ?cent\b)"
        rf"|(?:(?:{_any(lists['whole'])})[ -]){{0,2}}"
        rf"(?:(?P<minutes>{_any(lists['minutes'])})|(?P<months>{_any(lists['months'])}))(?![a-z/])(?: and a half\b)?"
        rf"|(?P<measure>{_any(_units())})(?![a-z²³/]|\.m\b))"
    )


@cache
def _currency_in_front() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{_any(_lists()['currency'])})[ :*_]{{0,3}}$")


@cache
def _currency_ends() -> frozenset[str]:
    return frozenset(word[-1] for word in _lists()["currency"]) | frozenset(" :*_")


@cache
def _frees() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(_lists()['free'])})")
