"""The words and numbers of every report: what is said of a run stands here once, for terminal, JUnit and page."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """How many of what: *1 task*, *53 tasks*."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
