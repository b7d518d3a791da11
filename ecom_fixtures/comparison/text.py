"""The comparison as Markdown and as lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecom_fixtures.comparison import tables, words
from ecom_fixtures.comparison.compared import Comparison
from ecom_fixtures.comparison.tables import Table
from ecom_fixtures.reporting.transcript import visible
from ecom_fixtures.reporting.words import counted

SHOWN_PAIRS = 10


def markdown(comparison: Comparison, with_paper: bool) -> str:
    """The comparison as GitHub's Markdown, with every table of the page."""
    parts = [
        f"# {_plain(words.headline(comparison))}",
        _plain(words.verdict(comparison)),
        f"{words.basis(comparison)}.",
    ]
    parts += [f"> **Note:** {_plain(warning)}" for warning in words.warnings(comparison)]
    if agreement := words.agreement(comparison):
        parts.append(_plain(agreement))
    for table in tables.tables(comparison, with_paper):
        parts += [f"## {_plain(table.title)}", *([_plain(table.note)] if table.note else []), _rows(table)]
    return "\n\n".join(parts) + "\n"


def lines(comparison: Comparison, with_paper: bool) -> Iterator[str]:
    """The comparison in short: who is best, what to mind, pass^k, and the pairs that differ by more than chance."""
    yield f"{words.headline(comparison)}."
    yield words.verdict(comparison)
    yield f"{words.basis(comparison)}."
    yield from (f"note: {visible(warning)}" for warning in words.warnings(comparison))
    yield ""
    yield from _columns(tables.pass_k_in_short(comparison))
    if with_paper:
        paper = tables.paper_table()
        yield from ("", paper.note, *_columns(paper))
    differing = [row for row in tables.pairs_table(comparison).rows if row[-1]]
    if comparison.pairs:
        yield ""
        few = f"Differing by more than chance: {len(differing)} of {counted(len(comparison.pairs), 'pair')}"
        yield f"{few}." if differing else "No two runs differ by more than chance."
    for pair, difference, interval, p, _ in differing[:SHOWN_PAIRS]:
        yield f"  {pair}: {difference} points ({interval}), adjusted p {p}"
    if len(differing) > SHOWN_PAIRS:
        yield f"  and {len(differing) - SHOWN_PAIRS} more; --markdown and --out have all of them"


def _columns(table: Table) -> list[str]:
    rows = [[visible(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _rows(table: Table) -> str:
    rule = ["---"] + ["---:"] * (len(table.head) - 1)
    rows = [list(map(_plain, table.head)), rule, *(list(map(_plain, row)) for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|~#])", r"\\\1", " ".join(visible(text).split())).replace("&", "&amp;")
