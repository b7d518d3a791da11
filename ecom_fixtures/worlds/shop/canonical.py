"""One spelling for each value, so that equal meanings compare equal."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ecom_fixtures.language.text import plain


def spell(value: Any) -> str:
    """Return the one text that stands for ``value``: money with two decimals, ISO dates, plain words."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)
