"""Dates, weekdays and times of day in a text, as their kind writes them. Linear in the text.

Each is found as (value, start, end) in ``text`` or its lower case ``plain``, which are of one length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecom_fixtures.language.numbers import numbers

Found = tuple[str, int, int]
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "|".join(rf"{name}\b|{name[:4]}\b\.?|{name[:3]}\b\.?" for name in MONTHS)
# In lower case these are words of their own; before a day they are months only with a capital.
_ALSO_WORDS = ("may", "mar")
_ISO = re.compile(r"(?<![\d-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR = r"(?:,? ?(\d{4})(?!\d|-\d))?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAY_FIRST = re.compile(rf"(?<![\d.,-]){_DAY}(?: day)?(?: of |-| ?)({_MONTH})(?:-(?=\d{{4}}\b))?{_YEAR}")
_MONTH_FIRST = re.compile(rf"(?<![a-z])({_MONTH}) (?:the )?{_DAY}(?![\d:]|[.,]\d){_YEAR}")
_WHOLE_DAY = re.compile(rf"(?<![a-z])(?:{'|'.join(WEEKDAYS)})(?=s?(?![a-z]))")
# In lower case some short forms are other words: sat, sun, wed.
_SHORT_DAY = re.compile(
    r"(?<![A-Za-z])(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun|MON|TUE|WED|THU|FRI|SAT|SUN)(?![A-Za-z'])"
)
_HALF = r"(?: ?([ap])\.?m\b\.?| in the (morning|afternoon|evening)| at (night))"
_CLOCK = re.compile(rf"(?<![\d:.,])([01]?\d|2[0-3])(?::([0-5]\d)(?::\d\d)?(?![:\d]){_HALF}?|(?:\.([0-5]\d))?{_HALF})")
_SPOKEN = re.compile(
    rf"\b(half|(?:a )?quarter) (past|to) (\w+){_HALF}?|\b(\w+) o'clock{_HALF}?|\b(noon|midday|midnight)\b"
)
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
        half = _first(match.group(3, 4, 5, 7, 8, 9))
        yield _time(int(match[1]), int(match[2] or match[6] or 0), half), match.start(), match.end()
    for match in _SPOKEN.finditer(plain):
        if match[11]:
            yield _NAMED[match[11]], match.start(), match.end()
            continue
        half = _first(match.group(4, 5, 6, 8, 9, 10))
        minutes = {"half": 30}.get(match[1], 15) if match[1] else 0
        for number in numbers(match[3] or match[7]):
            hour = int(number.value)
            if not 1 <= hour <= 12:
                continue
            hour, minute = (hour - 1, 60 - minutes) if match[2] == "to" else (hour, minutes)
            for each in [half] if half else ["a", "p"]:
                yield _time(hour or 12, minute, each), match.start(), match.end()


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
