"""Two states of the shop and how they differ, cell by cell."""

from __future__ import annotations

from ecom_fixtures.tasks import Model

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
