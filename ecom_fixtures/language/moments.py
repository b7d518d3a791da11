"""Dates, weekdays and times of day in a text, as their kind writes them. Linear in the text.

Each is found as (value, start, end) in ``text`` or its lower case ``plain``, which are of one length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ecom_fixtures.language.numbers import numbers

Found = tuple[str, int, int]
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _any(words: Iterable[str]) -> str:
    """One of ``words`` where no letter stands before it; an expression that begins with a letter is found faster."""
    behind = "|".join(rf"(?<={word[0]}){word[1:]}" for word in words)
    return rf"[{''.join(sorted({word[0] for word in words}))}](?<![A-Za-z].)(?:{behind})"


_MONTH = _any([spelt for name in MONTHS for spelt in (rf"{name}\b", rf"{name[:4]}\b\.?", rf"{name[:3]}\b\.?")])
# In lower case these are words of their own; before a day they are months only with a capital.
_ALSO_WORDS = ("may", "mar")
_ISO = re.compile(r"(\d(?<![\d-].)\d{3})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR = r"(?:,? ?(\d{4})(?!\d|-\d))?"
_NTH = r"(?:st|nd|rd|th)?"
_DAY_FIRST = re.compile(rf"(\d(?<![\d.,-].)\d?){_NTH}(?: day)?(?: of |-| ?)({_MONTH})(?:-(?=\d{{4}}\b))?{_YEAR}")
_MONTH_FIRST = re.compile(rf"({_MONTH}) (?:the )?(\d{{1,2}}){_NTH}(?![\d:]|[.,]\d){_YEAR}")
_WHOLE_DAY = re.compile(rf"{_any(WEEKDAYS)}(?=s?(?![a-z]))")
# In lower case some short forms are other words: sat, sun, wed.
_SHORT_DAYS = ["Mon", "Tues?", "Wed", "Thu(?:rs?)?", "Fri", "Sat", "Sun"]
_SHORT_DAY = re.compile(rf"{_any([*_SHORT_DAYS, 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'])}(?![A-Za-z'])")
_HALF = r"(?: ?([ap])\.?m\b\.?| in the (morning|afternoon|evening)| at (night))"
_CLOCK = re.compile(rf"(\d(?<![\d:.,].)\d?)(?::([0-5]\d)(?::\d\d)?(?![:\d]){_HALF}?|(?:\.([0-5]\d))?{_HALF})")
_SPOKEN = re.compile(rf"\b(half|quarter) (past|to) (\w+){_HALF}?")
_OCLOCK = re.compile(rf" o'clock{_HALF}?")
_MIDDAY = re.compile(_any(["noon", "midday", "midnight"]))
_LONGEST_HOUR, _HOURS = 8, 24
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_LATE = ("p", "afternoon", "evening", "night")


def dates(text: str, plain: str) -> Iterator[Found]:
    """Dates as ``2025-11-24``, without a year as ``--11-24``; 24/11 in figures is ambiguous, and none."""
    for match in _ISO.finditer(plain):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        if 1 <= month <= len(MONTHS):
            yield from _date(f"{year:04}", month, day, match)
    for match in _DAY_FIRST.finditer(plain):
        yield from _date(match[3] or "-", _month(match[2]), int(match[1]), match)
    for match in _MONTH_FIRST.finditer(plain):
        if match[1][:3] not in _ALSO_WORDS or text[match.start()].isupper():
            yield from _date(match[3] or "-", _month(match[1]), int(match[2]), match)


def weekdays(text: str, plain: str) -> Iterator[Found]:
    """Weekdays by their full English names, from whole or short ones."""
    for pattern, where in ((_WHOLE_DAY, plain), (_SHORT_DAY, text)):
        for match in pattern.finditer(where):
            yield next(day for day in WEEKDAYS if day[:3] == match[0][:3].lower()), match.start(), match.end()


def times(plain: str) -> Iterator[Found]:
    """Times as ``15:30``. One that is said without its half of the day, *half past three*, is that of either half."""
    for match in _CLOCK.finditer(plain):
        hour, half = int(match[1]), _first(match.group(3, 4, 5, 7, 8, 9))
        if hour < _HOURS:
            yield _time(hour, int(match[2] or match[6] or 0), half), match.start(), match.end()
    for match in _SPOKEN.finditer(plain):
        minutes = 30 if match[1] == "half" else 15
        yield from _spoken(match[3], -minutes if match[2] == "to" else minutes, match.group(4, 5, 6), match.span())
    for match in _OCLOCK.finditer(plain):
        word = plain[max(0, match.start() - _LONGEST_HOUR) : match.start()].split(" ")[-1]
        yield from _spoken(word, 0, match.group(1, 2, 3), (match.start() - len(word), match.end()))
    yield from ((_NAMED[match[0]], match.start(), match.end()) for match in _MIDDAY.finditer(plain))


def _spoken(hour: str, minutes: int, half: tuple[str | None, ...], span: tuple[int, int]) -> Iterator[Found]:
    """``minutes`` past an hour of twelve, in one half of the day or in either."""
    for number in numbers(hour):
        if 1 <= number.value <= 12:
            past = int(number.value) * 60 + minutes
            for each in [_first(half)] if _first(half) else ["a", "p"]:
                yield _time(past // 60 or 12, past % 60, each), *span


def _date(year: str, month: int, day: int, match: re.Match[str]) -> Iterator[Found]:
    if 1 <= day <= 31:
        yield f"{year}-{month:02}-{day:02}", match.start(), match.end()


def _month(word: str) -> int:
    return next(number for number, name in enumerate(MONTHS, start=1) if name[:3] == word[:3])


def _first(groups: tuple[str | None, ...]) -> str:
    return next((group for group in groups if group), "")


def _time(hour: int, minute: int, half: str) -> str:
    if half:
        hour = hour % 12 + 12 * (half in _LATE) if hour <= 12 else hour
    return f"{hour:02}:{minute:02}"
