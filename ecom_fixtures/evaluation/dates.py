"""Whether a date follows from what is known: from a weekday that was named, from today, or from a term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from ecom_fixtures.language.operations import dated, weekday_of
from ecom_fixtures.language.values import Value, find

# So many days around today a named weekday may mean.
_BEFORE, _AFTER = 7, 28
_DAYS_FROM_TODAY = {"yesterday": -1, "today": 0, "tomorrow": 1}
_MINUTES_OF_DAY = 24 * 60
_MONTHS_OF_YEAR = 12


def follows(day: str, known: Sequence[str], message: str, today: date | None) -> bool:
    """Whether ``day``, as `find` writes it, follows from the ``known`` texts or the weekday that ``message`` names."""
    try:
        wanted = date.fromisoformat(dated(day, today.year if today else 0))
    except ValueError:
        return False
    values = [value for text in known for value in _values(text)]
    named = {value.value for value in (*values, *_values(message)) if value.kind == "weekday"}
    if weekday_of(day, wanted.year) in named and (today is None or -_BEFORE <= (wanted - today).days <= _AFTER):
        return True
    if today and any(word in message.casefold() and (wanted - today).days == n for word, n in _DAYS_FROM_TODAY.items()):
        return True
    dates = {each for value in values if (each := _date(value, wanted.year)) is not None}
    return wanted in dates | {end for start in dates for end in _ends(start, values)}


def _ends(start: date, values: Sequence[Value]) -> Iterator[date]:
    """Where the terms among ``values`` lead to from ``start``."""
    for unit, size in {value.value for value in values if value.kind == "duration"}:
        if unit == "months":
            years, month = divmod(start.year * _MONTHS_OF_YEAR + start.month - 1 + int(size), _MONTHS_OF_YEAR)
            if date.min.year <= years <= date.max.year:
                first = date(years, month + 1, 1)
                yield first + timedelta(days=start.day - 1)
        elif size % _MINUTES_OF_DAY == 0 and size < _MINUTES_OF_DAY * 10_000:
            yield start + timedelta(days=int(size // _MINUTES_OF_DAY))


def _date(value: Value, year: int) -> date | None:
    if value.kind != "date":
        return None
    try:
        return date.fromisoformat(dated(value.value, year))
    except ValueError:
        return None


@lru_cache(maxsize=512)
def _values(text: str) -> tuple[Value, ...]:
    return find(text, ("date", "weekday", "duration"))
