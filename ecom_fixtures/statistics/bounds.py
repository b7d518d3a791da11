"""What can be said while trials are missing: the bounds of a figure, and a ruling that may stay open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Ruling(StrEnum):
    """``CANT_TELL``: it hangs on trials that are missing, or nothing was asked."""

    PASSES = "passes"
    FAILS = "fails"
    CANT_TELL = "can't tell"

    @classmethod
    def of(cls, *, fails: bool, passes: bool) -> Ruling:
        """Return what holds however the missing trials come out; of the two arguments at most one is true."""
        return cls.FAILS if fails else cls.PASSES if passes else cls.CANT_TELL

    @classmethod
    def together(cls, rulings: Iterable[Ruling]) -> Ruling:
        """Return FAILS if any fails, PASSES if there are some and all pass."""
        given = set(rulings)
        return cls.of(fails=cls.FAILS in given, passes=given == {cls.PASSES})


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a figure can be, over every way in which the missing trials can come out.

    Both are equal where no trial is missing.
    """

    low: float
    high: float

    @property
    def known(self) -> bool:
        return self.low == self.high
