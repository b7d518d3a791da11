"""Two states of the shop and how they differ, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

from ecom_fixtures.values import Model

# The column of a change that is a whole row.
ROW = "(row)"
# {table: {key: {column: canonical text}}}
Snapshot = dict[str, dict[str, dict[str, str]]]


class Change(Model):
    """One cell in which the final state differs from the expected one; None where the row is absent."""

    table: str
    key: str
    column: str
    expected: str | None
    actual: str | None

    def __str__(self) -> str:
        expected, actual = ("no row" if value is None else value for value in (self.expected, self.actual))
        return f"{self.table}[{self.key}].{self.column}: expected {expected}, got {actual}"


def diff(expected: Snapshot, actual: Snapshot) -> tuple[Change, ...]:
    """Return how ``actual`` differs from ``expected``, sorted by table, key and column.

    A row that stands on one side only is one change with the column `ROW` and the whole row as its text.
    """
    changes = []
    for table in sorted(expected.keys() | actual.keys()):
        wanted, found = expected.get(table, {}), actual.get(table, {})
        for key in sorted(wanted.keys() | found.keys()):
            cells = _cells(wanted.get(key), found.get(key))
            changes += [Change(table=table, key=key, column=name, expected=old, actual=new) for name, old, new in cells]
    return tuple(changes)


def _cells(wanted: dict[str, str] | None, found: dict[str, str] | None) -> Iterator[tuple[str, str | None, str | None]]:
    if wanted == found:
        return
    if wanted is None or found is None:
        yield ROW, _text(wanted), _text(found)
        return
    for column in sorted(wanted.keys() | found.keys()):
        old, new = wanted.get(column), found.get(column)
        if old != new:
            yield column, old, new


def _text(row: dict[str, str] | None) -> str | None:
    return None if row is None else ", ".join(f"{column}={value}" for column, value in row.items())
