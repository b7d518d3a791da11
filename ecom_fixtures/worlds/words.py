"""How a world's calls and the cells of its state are put for people: templates, kept with every run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ecom_fixtures.values import Model
from ecom_fixtures.worlds.diff import ROW, Change


class Words(Model):
    """Templates in which ``{argument}`` stands for a call's argument. What has none goes by its bare names.

    ``calls`` are by tool, or tool:action; ``details`` name further arguments, told after the call's phrase;
    ``entries`` are for an argument that lists tables, ``capitals`` those arguments that are written with one;
    ``cells`` are by table.column, with ``{key}``, ``{expected}`` and ``{actual}``; ``rows`` by table, with the columns.
    """

    calls: dict[str, str] = Field(default_factory=dict)
    details: dict[str, str] = Field(default_factory=dict)
    entries: dict[str, str] = Field(default_factory=dict)
    capitals: tuple[str, ...] = ()
    cells: dict[str, str] = Field(default_factory=dict)
    rows: dict[str, str] = Field(default_factory=dict)

    def phrase(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """What the call does: *cancel order 251111001021*."""
        action = arguments.get("action")
        template = self.calls.get(f"{tool}:{action}" if action else tool)
        if template is None:
            return f"{tool}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"
        shown = _Shown({name: self._shown(name, value) for name, value in arguments.items()})
        details = [f"{label} {shown[name]}" for name, label in self.details.items() if name in shown]
        return ", ".join([template.format_map(shown), *details])

    def _shown(self, name: str, value: object) -> str:
        if isinstance(value, list):
            return " and ".join(self._shown(name, entry) for entry in value)
        if isinstance(value, dict) and name in self.entries:
            return self.entries[name].format_map(_Shown({key: _plain(part) for key, part in value.items()}))
        text = _plain(value)
        return text.capitalize() if name in self.capitals else text

    def difference(self, change: Change) -> str:
        """In what the state is not what it should be: *Order 251111001021: paid by bank card, should be gift card*."""
        if change.column == ROW:
            what = self._row(change)
            return f"Missing: {what}" if change.actual is None else f"Too much: {what}"
        expected, actual = _plain(change.expected or "nothing"), _plain(change.actual or "nothing")
        template = self.cells.get(f"{change.table}.{change.column}")
        if template is None:
            template = f"{change.table} {{key}}: {_plain(change.column)} is {{actual}}, should be {{expected}}"
        return template.format_map(_Shown(key=change.key, expected=expected, actual=actual))

    def _row(self, change: Change) -> str:
        text = change.expected if change.actual is None else change.actual
        template = self.rows.get(change.table)
        if template is None:
            return f"{change.table}: {text}"
        cells = dict(cell.partition("=")[::2] for cell in re.split(r", (?=\w+=)", text or ""))
        return template.format_map(_Shown({name: _plain(value) for name, value in cells.items()}, key=change.key))


class _Shown(dict[str, str]):
    """A template may name what an agent has left out."""

    def __missing__(self, name: str) -> str:
        return "?"


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value).replace("_", " ")
