"""Which test is which case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case


def case_at(item: pytest.Item) -> Case | None:
    """The case with which a test was parametrized."""
    callspec = getattr(item, "callspec", None)
    case = callspec.params.get("ecom_case") if callspec else None
    # Without any case (a broken dataset), pytest puts a sign of its own there.
    return case if hasattr(case, "task_id") else None


def trial_at(item: pytest.Item) -> Case | None:
    """The case whose trial a test will fetch."""
    wanted = "trial" in getattr(item, "fixturenames", ()) and item.get_closest_marker("skip") is None
    return case_at(item) if wanted else None


def trials_of(items: Iterable[pytest.Item]) -> dict[str, Case]:
    """The trials that tests will fetch, by test id."""
    return {item.nodeid: case for item in items if (case := trial_at(item))}
