"""Which typed values are found in a text, in their usual English spellings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecom_fixtures.language.values import KINDS, Value, find

TABLE: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("values.yaml").read_text(encoding="utf-8")
)


def shown(value: Value) -> str:
    """As the table writes it: numbers without trailing zeros, *about* as a wave."""
    parts: list[Any] = []
    for part in value.value if isinstance(value.value, tuple) else [value.value]:
        parts += part if isinstance(part, tuple) else [part]
    texts = (f"{part.normalize():f}" if isinstance(part, Decimal) else str(part) for part in parts)
    return "~" * value.about + " ".join(texts)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [(kind, text, expected) for kind, rows in TABLE.items() for text, expected in rows.items()],
)
def test_values_are_found_in_every_usual_spelling(kind: str, text: str, expected: list[str]) -> None:
    assert [shown(value) for value in find(text, {kind})] == expected


def test_the_table_has_every_kind() -> None:
    assert set(TABLE) == set(KINDS)


def test_values_stand_in_the_order_and_at_the_place_of_the_text() -> None:
    text = "İ: on Monday, 24 November, at 15:30, for ¥100 or 20 %"
    found = find(text, {"money", "percent", "date", "weekday", "time"})
    assert [value.kind for value in found] == ["weekday", "date", "time", "money", "percent"]
    assert [text[value.start : value.end] for value in found] == [value.text for value in found]
    assert found[3].text == "¥100"


def test_only_the_ends_of_a_range_are_within_one() -> None:
    assert [value.within for value in find("2 to 4 days, about 5 days", {"duration"})] == [True, True, False]
