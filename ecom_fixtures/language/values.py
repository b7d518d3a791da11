"""Typed values in a text: money, dates, days, times, durations, measures, counts, phone numbers, ids.

Everything here takes time linear in the text: numbers are found once, and of what stands around one only a few
characters are looked at.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ecom_fixtures.language.numbers import Number, numbers

# How many characters around a number may belong to it.
_BEFORE, _BEHIND = 14, 28
# Nobody writes more numbers in one message; what follows them is not looked at.
MOST_NUMBERS = 4000
_ISO = re.compile(r"(?<![\d-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3])(?::([0-5]\d)(?::\d\d)?(?: ?([ap])\.?m\b)?| ?([ap])\.?m\b)", re.I)
_PHONE = re.compile(r"(?<![\w+])\+?\d(?:[ -]?\d){9,13}(?![\d])")
_ID = re.compile(r"(?<![\w-])(?:[A-Za-z]{1,3}\d{1,6}-\d{1,6}|\d{12})(?![\w])")
_PHONE_DIGITS = 11
_NOUN = re.compile(r"[a-z][a-z'-]*", re.I)
_SERIES = re.compile(r" ?(?:x|×|by) ?", re.I)
_LONGEST_SERIES = 3


@dataclass(frozen=True)
class Value:
    """A value, where it stands, and whether it is only roughly meant (*about*, *up to*, an end of a range).

    ``value`` by kind: money and percent a Decimal; date ISO, without a year ``--11-24``; weekday and id in lower case;
    time ``15:30``; duration (``minutes`` or ``months``, Decimal); measure (dimension, Decimal); phone its digits;
    count (Decimal, the words behind it).
    """

    kind: str
    value: Any
    text: str
    start: int
    end: int
    about: bool = False


def find(text: str, kinds: Container[str] | None = None) -> tuple[Value, ...]:
    """The values in ``text``, in order; only those of ``kinds``, if given. Linear in the text."""
    wanted = [kind for kind in (*_NUMBERED, *_WRITTEN) if kinds is None or kind in kinds]
    found = list(islice(numbers(text), MOST_NUMBERS)) if any(kind in _NUMBERED for kind in wanted) else []
    values = [_NUMBERED[kind](text, found) if kind in _NUMBERED else _WRITTEN[kind](text) for kind in wanted]
    return tuple(sorted(chain.from_iterable(values), key=lambda value: value.start))


def _around(text: str, number: Number) -> tuple[str, str]:
    """A few characters before and behind a number, in lower case."""
    return text[max(0, number.start - _BEFORE) : number.start].lower(), text[number.end : number.end + _BEHIND].lower()


def _roughly(before: str) -> bool:
    words = before.rstrip(" ¥￥").rsplit(maxsplit=2)
    return " ".join(words[-2:]) in _words("about") or (words[-1:] or [""])[0] in _words("about") - {"to", "and"}


def _money(text: str, found: Sequence[Number]) -> Iterator[Value]:
    for number in found:
        before, behind = _around(text, number)
        front, back = _currency_before().search(before), _currency_behind().match(behind)
        if front or back:
            start = number.start - (len(before) - front.start() if front else 0)
            end = number.end + (back.end() if back else 0)
            rough = _roughly(before[: front.start()] if front else before)
            yield Value("money", number.value, text[start:end], start, end, rough)
    for match in _free().finditer(text):
        yield Value("money", Decimal(0), match[0], match.start(), match.end())


def _percent(text: str, found: Sequence[Number]) -> Iterator[Value]:
    for number in found:
        before, behind = _around(text, number)
        if unit := re.match(r" ?(?:%|per ?cent\b)", behind):
            end = number.end + unit.end()
            yield Value("percent", number.value, text[number.start : end], number.start, end, _roughly(before))


def _duration(text: str, found: Sequence[Number]) -> Iterator[Value]:
    tables = {"minutes": _table("minutes"), "months": _table("months_of")}
    for number in found:
        before, behind = _around(text, number)
        word = re.match(r"[ -]?(?:full |whole |working |calendar |business |more )?([a-z]+)", behind)
        for unit, table in tables.items():
            if word and word[1] in table and not _is_rate(word[1], behind[word.end() :]):
                size, end = number.value * Decimal(table[word[1]]), number.end + word.end()
                yield Value("duration", (unit, size), text[number.start : end], number.start, end, _roughly(before))


def _is_rate(unit: str, rest: str) -> bool:
    return unit == "min" and rest.startswith("/")


def _measure(text: str, found: Sequence[Number]) -> Iterator[Value]:
    series: list[Number] = []
    for number in found:
        before, behind = _around(text, number)
        between = text[series[-1].end : number.start] if series else ""
        series = [*series[-_LONGEST_SERIES:], number] if _SERIES.fullmatch(between) else [number]
        if unit := _unit().match(behind):
            dimension, size = _units()[" ".join(unit[1].split())]
            # In "56 x 59 x 55 cm" all three are centimetres.
            for one in series:
                end = one.end + (unit.end() if one is number else 0)
                value = (dimension, one.value * size)
                yield Value("measure", value, text[one.start : end], one.start, end, _roughly(before))
            series = []


def _count(text: str, found: Sequence[Number]) -> Iterator[Value]:
    for number in found:
        before, behind = _around(text, number)
        nouns = tuple(_NOUN.findall(behind.split(".")[0].split(",")[0]))[:3]
        yield Value("count", (number.value, nouns), text[number.start : number.end], number.start, number.end,
                    _roughly(before))  # fmt: skip


def _date(text: str) -> Iterator[Value]:
    for match in _ISO.finditer(text):
        year, month, day = (int(part) for part in match.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield Value("date", f"{year:04}-{month:02}-{day:02}", match[0], match.start(), match.end())
    for match in _written_date().finditer(text):
        day = int(match["day"] or match["day2"])
        month = _month_number((match["month"] or match["month2"]).lower())
        if 1 <= day <= 31:
            date = f"{match['year'] or match['year2'] or '-'}-{month:02}-{day:02}"
            yield Value("date", date, match[0], match.start(), match.end())


def _month_number(word: str) -> int:
    return next(n for n, name in enumerate(_lists()["months"], start=1) if name.startswith(word[:3]))


def _weekday(text: str) -> Iterator[Value]:
    for match in _day_names().finditer(text):
        name = next(day for day in _lists()["weekdays"] if day.startswith(match[0].lower()[:3]))
        yield Value("weekday", name, match[0], match.start(), match.end())


def _time(text: str) -> Iterator[Value]:
    for match in _CLOCK.finditer(text):
        hour, half = int(match[1]), (match[3] or match[4] or "").lower()
        hour = hour % 12 + 12 * (half == "p") if half else hour
        yield Value("time", f"{hour:02}:{match[2] or '00'}", match[0], match.start(), match.end())
    for match in re.finditer(r"\bhalf past (\w+)\b|\b(noon|midday)\b", text, re.I):
        hours = [int(number.value) for number in numbers(match[1] or "twelve")]
        yield from (Value("time", f"{hour:02}:{'30' if match[1] else '00'}", match[0], match.start(), match.end())
                    for hour in hours)  # fmt: skip


def _phone(text: str) -> Iterator[Value]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if match[0].startswith("+") or (digits.startswith("86") and len(digits) > _PHONE_DIGITS):
            digits = digits.removeprefix("86")
        if len(digits) <= _PHONE_DIGITS:
            yield Value("phone", digits, match[0], match.start(), match.end())


def _identifier(text: str) -> Iterator[Value]:
    yield from (Value("id", match[0].lower(), match[0], match.start(), match.end()) for match in _ID.finditer(text))


_NUMBERED: dict[str, Callable[[str, Sequence[Number]], Iterator[Value]]] = {
    "money": _money,
    "percent": _percent,
    "duration": _duration,
    "measure": _measure,
    "count": _count,
}
_WRITTEN: dict[str, Callable[[str], Iterator[Value]]] = {
    "date": _date,
    "weekday": _weekday,
    "time": _time,
    "phone": _phone,
    "id": _identifier,
}


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_lists()[name])


def _table(name: str) -> dict[str, int]:
    table: dict[str, int] = _lists()[name]
    return table


@cache
def _units() -> dict[str, tuple[str, Decimal]]:
    """Dimension and size of a unit by its spelling."""
    return {
        unit: (dimension, Decimal(size))
        for dimension, units in _lists()["units"].items()
        for unit, size in units.items()
    }


@cache
def _unit() -> re.Pattern[str]:
    units = "|".join(re.escape(unit) for unit in sorted(_units(), key=len, reverse=True))
    return re.compile(rf"[ -]{{0,2}}({units})(?![a-z²³/])")


@cache
def _currency_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(_lists()['currency'])}) ?$")


@cache
def _currency_behind() -> re.Pattern[str]:
    return re.compile(rf"[ -]?(?:{'|'.join(_lists()['currency'])})(?![a-z])")


@cache
def _free() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_lists()['free'])})|(?:is|'s) free\b", re.I)


@cache
def _written_date() -> re.Pattern[str]:
    names = "|".join(f"{name}|{name[:3]}\\.?|{name[:4]}\\.?" for name in _lists()["months"])
    first = (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{names})\b\.?(?:,? (?P<year>\d{{4}})\b(?!-))?"
    )
    second = rf"\b(?P<month2>{names}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year2>\d{{4}})\b(?!-))?"
    return re.compile(f"{first}|{second}", re.I)


@cache
def _day_names() -> re.Pattern[str]:
    days = _lists()["weekdays"]
    # In lower case the short forms are other words: sat, sun, wed.
    short = r"(?-i:\b(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b)"
    return re.compile(rf"\b(?:{'|'.join(days)})s?\b|{short}", re.I)
