"""How a reference agent puts things: how it asks, reports and closes. What it says doesn't hang on it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_MONEY = re.compile(r"(?<![\d.,])(\d+(?:\.\d\d)?) yuan\b")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True)
class Voice:
    """Templates with ``{changes}``, ``{facts}`` and ``{answers}``; ``money`` and ``date`` respell such values."""

    propose: str = "I have checked everything I need. This is what I would do: {changes}. Shall I go ahead?"
    report: str = "Done, as agreed: {changes}."
    answer: str = "The answer is: {answers}."
    close: str = "Is there anything else I can help you with?"
    lead: str = ""
    question: str = ""
    layout: str = "plain"
    money: str = "{} yuan"
    date: str = ""

    def proposal(self, changes: Sequence[str]) -> str:
        return self.spelled(f"{self.lead} {self.propose.format(changes=self._listed(changes))}".strip())

    def done(self, changes: Sequence[str]) -> str:
        return self.spelled(self.report.format(changes=self._listed(changes)))

    def told(self, answers: Sequence[str]) -> str:
        return self.spelled(self.answer.format(answers=self._listed(answers)))

    def spelled(self, text: str) -> str:
        """``text`` with its amounts and dates in this voice's spelling."""
        text = _MONEY.sub(lambda match: self.money.format(match[1]), text)
        return _DATE.sub(self._dated, text) if self.date else text

    def _dated(self, match: re.Match[str]) -> str:
        year, month, day = match.groups()
        return self.date.format(year=year, month=_MONTHS[int(month) - 1], day=int(day))

    def _listed(self, parts: Sequence[str]) -> str:
        match self.layout:
            case "bullets":
                return "\n" + "\n".join(f"- {part}" for part in parts) + "\n"
            case "numbers":
                return "\n" + "\n".join(f"{number}. {part}" for number, part in enumerate(parts, start=1)) + "\n"
            case "table":
                return "\n| | |\n|---|---|\n" + "\n".join(f"| • | {part} |" for part in parts) + "\n"
            case "bold":
                return "; ".join(f"**{part}**" for part in parts)
        return "; ".join(parts)


def drawn_voice(seed: int, book: Mapping[str, Any] | None = None) -> Voice:
    """One of the voices that the phrases of a book make, by ``seed``; by default of the package's own."""
    chance = Random(seed)
    return Voice(**{name: chance.choice(options) for name, options in (book or _own_book()).items()})


@cache
def _own_book() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("voices.toml").read_text(encoding="utf-8"))
