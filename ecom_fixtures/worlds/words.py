"""How a world's calls and the cells of its state are put for people: templates, kept with every run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from ecom_fixtures.values import Model
from ecom_fixtures.worlds.diff import ROW, Change


class Words(Model):
    """Templates in which ``{argument}`` stands for a call's argument. What has none goes by its bare names.

    ``calls`` are by tool, or tool:action, with ``{you}`` and ``{your}`` for the customer; ``details`` name further
    arguments, told after the call's phrase; ``entries`` are for an argument that lists tables, ``capitals`` those
    arguments that are written with one; ``cells`` are by table.column, with ``{key}``, ``{expected}`` and ``{actual}``;
    ``rows`` by table, with the columns.
    """

    calls: dict[str, str] = Field(default_factory=dict)
    details: dict[str, str] = Field(default_factory=dict)
    entries: dict[str, str] = Field(default_factory=dict)
    capitals: tuple[str, ...] = ()
    cells: dict[str, str] = Field(default_factory=dict)
    rows: dict[str, str] = Field(default_factory=dict)

    @field_validator("calls", "entries", "cells", "rows")
    @classmethod
    def _can_be_filled(cls, templates: dict[str, str]) -> dict[str, str]:
        for name, template in templates.items():
            try:
                template.format_map(_Shown())
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                raise ValueError(f"the template of {name} can't be filled: {error}") from error
        return templates

    def phrase(self, tool: str, arguments: Mapping[str, Any], *, you: str = "you", your: str = "your") -> str:
        """What the call does: *cancel order 251111001021*. ``you`` and ``your`` are the customer's."""
        action = arguments.get("action")
        template = self.calls.get(f"{tool}:{action}" if action else tool)
        if template is None:
            return f"{tool}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"
        shown = _Shown({name: self.shown(name, value) for name, value in arguments.items()}, you=you, your=your)
        details = [f"{label} {shown[name]}" for name, label in self.details.items() if name in shown]
        return ", ".join([template.format_map(shown), *details])

    def shown(self, name: str, value: object) -> str:
        """The value of an argument or a column, as a person writes it."""
        if isinstance(value, list):
            return " and ".join(self.shown(name, entry) for entry in value)
        if isinstance(value, dict) and name in self.entries:
            return self.entries[name].format_map(_Shown({key: plain(part) for key, part in value.items()}))
        text = plain(value)
        return text.capitalize() if name in self.capitals else text

    def difference(self, change: Change) -> str:
        """How the state is not what it should be: *order 251111001021 is paid by bank card, should be gift card*."""
        if change.column == ROW:
            return f"missing: {self.row(change)}" if change.actual is None else f"too much: {self.row(change)}"
        expected, actual = (self.shown(change.column, value or "nothing") for value in (change.expected, change.actual))
        template = self.cells.get(f"{change.table}.{change.column}")
        if template is None:
            template = f"{change.table} {{key}}: {plain(change.column)} is {{actual}}, should be {{expected}}"
        return template.format_map(_Shown(key=change.key, expected=expected, actual=actual))

    def row(self, change: Change) -> str:
        """The row that is missing or too much: *repair visit on Tuesday for order 251111001021*."""
        template = self.rows.get(change.table)
        if template is None:
            return f"{change.table}: {change.expected if change.actual is None else change.actual}"
        cells = {name: self.shown(name, value) for name, value in _cells(change).items()}
        return template.format_map(_Shown({**cells, "key": change.key}))

    def instead(self, extra: Change, missing: Change) -> str:
        """One row that stands in place of another: *inspect visit on Tuesday for order 251111001021: service type is
        inspect, should be repair*."""
        cells, wanted = _cells(extra), _cells(missing)
        other = [name for name, value in wanted.items() if cells.get(name) != value]
        if not other:
            return f"{self.row(extra)}, should be {self.row(missing)}"
        is_, should = ([self.shown(name, row.get(name, "nothing")) for name in other] for row in (cells, wanted))
        told = [f"{plain(name)} is {a}, should be {b}" for name, a, b in zip(other, is_, should, strict=True)]
        return f"{self.row(extra)}: {' and '.join(told)}"


class _Shown(dict[str, str]):
    """A template may name what an agent has left out."""

    def __missing__(self, name: str) -> str:
        return "?"


def plain(value: object) -> str:
    """A value as a person writes it: words apart, amounts with two decimals."""
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value).replace("_", " ")


def _cells(change: Change) -> dict[str, str]:
    """The row of a change whose column is ``ROW``."""
    text = change.expected if change.actual is None else change.actual
    return dict(cell.partition("=")[::2] for cell in re.split(r", (?=\w+=)", text or ""))
