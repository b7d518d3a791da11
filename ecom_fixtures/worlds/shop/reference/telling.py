"""What the oracle tells: look-ups in words, and answers as far as it has seen what they rest on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecom_fixtures.agents.reference.history import History, fold
from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Intent
from ecom_fixtures.language.stating import contradiction, is_stated
from ecom_fixtures.worlds.matching import fulfils
from ecom_fixtures.worlds.shop.reference.grounding import derivable, stated
from ecom_fixtures.worlds.shop.rules import RULES

# Kinds that may have to be counted or computed from what was seen.
_MOST_COUNTED = 20
_COUNTED = ("count", "minutes", "hours", "days", "weeks", "months", "years", "weekday", "date", "percent")


def given(answer: Answer, history: History, trusted: frozenset[str] = frozenset()) -> str:
    """The answer in words; empty where nothing that was seen gives it."""
    match answer.kind, answer.value:
        case "one_of", tuple() as choices:
            return next(
                (text for each in choices if isinstance(each, Answer) and (text := given(each, history, trusted))), ""
            )
        case (("yes" | "no"), Answer() as reason):
            text = given(reason, history, trusted)
            return f"{answer.kind.capitalize()}, {text}" if text else ""
        case "name", tuple() as spellings:
            return next((str(each) for each in spellings if str(each) in trusted or stated(str(each), history)), "")
        case "state", state:
            return answer.spoken if fold(str(state)) in history.seen else ""
    text = answer.spoken
    if answer.kind == "count" and isinstance(answer.value, Decimal) and answer.value > _MOST_COUNTED:
        return text if re.search(rf"(?<!\d){answer.value}(?!\d)", history.seen) else ""
    return text if text in trusted or answer.kind in _COUNTED or _is_seen(answer, history) else ""


def spellings(answer: Answer) -> Iterator[str]:
    """Every way in which the answer, or the reason in it, may be put."""
    match answer.value:
        case Answer():
            yield from spellings(answer.value)
        case tuple():
            for each in answer.value:
                yield from spellings(each) if isinstance(each, Answer) else (each,)
        case _:
            yield answer.spoken


def gists(intent: Intent, history: History, unsaid: Sequence[Answer]) -> Iterator[str]:
    """The intent's look-ups in words, without those that would give away or contradict an answer."""
    for search in intent.searches:
        call = next(call for call in history.calls if fulfils(RULES, search, call))
        gist = _gist(call.tool, call.result)
        spoils = any(contradiction(answer, gist) for answer in intent.wanted)
        if not spoils and not any(is_stated(answer, gist) for answer in unsaid):
            yield gist


def _is_seen(answer: Answer, history: History) -> bool:
    if answer.kind == "money" and isinstance(answer.value, Decimal):
        return derivable(answer.value, history) or is_stated(answer, history.seen)
    return is_stated(answer, history.seen)


def _gist(tool: str, result: str) -> str:
    """A look-up's result in words. What a picture shows isn't read out: the answer is picked from it."""
    if tool == "get_image_info":
        return "I have looked at your picture."
    found = json.loads(result)
    if balance := found.get("balance"):
        return f"There are {balance} yuan on your gift card."
    rows = [row for value in found.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    if rows:
        return "I have found:\n" + "\n".join(f"- {_row(row)}" for row in rows)
    texts = [value for value in found.values() if isinstance(value, str)]
    return max(texts, key=len, default="I have looked that up for you.")


def _row(row: Mapping[str, Any]) -> str:
    """One product, order line, offer or stop of a parcel."""
    label = next((str(row[key]) for key in ("name", "title", "event") if key in row), "")
    details = [str(row[key]).replace("_", " ") for key in ("product_id", "state", "quantity", "time") if key in row]
    details += [f"{row[key]} yuan" for key in ("price", "unit_price") if key in row]
    return f"{label} ({', '.join(details)})" if details else label
