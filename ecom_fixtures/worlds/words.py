"""How a world's calls and the cells of its state are put for people: templates, kept with every run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ecom_fixtures.dataset.tasks import Model
from ecom_fixtures.worlds.diff import ROW, Change


class Words(Model):
    """Templates in which ``{argument}`` stands for a call's argument; ``{argument:name}`` gives it a capital letter.
    What has no template goes by its bare names.

    ``calls`` are by tool, or tool:action, with ``{you}`` and ``{your}`` for the customer; ``details`` name further
    arguments, told after the call's phrase;
    ``cells`` are by table.column, with ``{key}``, ``{expected}`` and ``{actual}``; ``rows`` by table, with the columns.
    """

    calls: dict[str, str] = Field(default_factory=dict)
    details: dict[str, str] = Field(default_factory=dict)
    cells: dict[str, str] = Field(default_factory=dict)
    rows: dict[str, str] = Field(default_factory=dict)

    def phrase(self, tool: str, arguments: Mapping[str, Any], *, you: str = "you", your: str = "your") -> str:
        """What the call does: *cancel order 251111001021*. ``you`` and ``your`` are the customer's."""
        action = arguments.get("action")
        template = self.calls.get(f"{tool}:{action}" if action else tool)
        if template is None:
            return f"{tool}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"
        shown = _shown({**arguments, "you": you, "your": your})
        details = [f"{label} {shown[name]}" for name, label in self.details.items() if name in shown]
        return ", ".join([template.format_map(shown), *details])

    def difference(self, change: Change) -> str:
        """In what the state is not what it should be: *Order 251111001021: paid by bank card, should be gift card*."""
        if change.column == ROW:
            return f"missing: {self.row(change)}" if change.actual is None else f"too much: {self.row(change)}"
        expected, actual = plain(change.expected or "nothing"), plain(change.actual or "nothing")
        template = self.cells.get(f"{change.table}.{change.column}")
        if template is None:
            template = f"{change.table} {{key}}: {plain(change.column)} is {{actual}}, should be {{expected}}"
        return template.format_map(_shown({"key": change.key, "expected": expected, "actual": actual}))

    def row(self, change: Change) -> str:
        """The row that is missing or too much: *repair visit on Tuesday for order 251111001021*."""
        template = self.rows.get(change.table)
        if template is None:
            return f"{change.table}: {change.expected if change.actual is None else change.actual}"
        return template.format_map(_shown({**_cells(change), "key": change.key}))

    def instead(self, extra: Change, missing: Change) -> str:
        """One row that stands in place of another: *repair visit on Monday for order 1: service time is Monday ...*."""
        cells, wanted = _cells(extra), _cells(missing)
        other = [name for name, value in wanted.items() if cells.get(name) != value]
        if not other:
            return f"{self.row(extra)}, should be {self.row(missing)}"
        return f"{self.row(extra)}: " + " and ".join(
            f"{plain(name)} is {plain(cells.get(name, 'nothing'))}, should be {plain(wanted[name])}" for name in other
        )


def _cells(change: Change) -> dict[str, str]:
    """The row of a change whose column is ``ROW``."""
    text = change.expected if change.actual is None else change.actual
    return dict(cell.partition("=")[::2] for cell in re.split(r", (?=\w+=)", text or ""))


class _Shown(dict[str, "_Word"]):
    """A template may name what an agent has left out."""

    def __missing__(self, name: str) -> _Word:
        return _Word("?")


class _Word(str):
    """What a template shows of a value."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return self[:1].upper() + self[1:] if form == "name" else str(self)


def _shown(values: Mapping[str, object]) -> _Shown:
    return _Shown({name: _Word(plain(value)) for name, value in values.items()})


def plain(value: object) -> str:
    """A value as a person writes it: words apart, amounts with two decimals, lists with *and*."""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list):
        return " and ".join(_line(line) for line in value)
    return str(value).replace("_", " ")


def _line(value: object) -> str:
    """A line of an order: how many of what."""
    if isinstance(value, dict):
        return " x ".join(str(part) for part in (value.get("quantity"), value.get("product_id")) if part is not None)
    return str(value)
