"""One trial as the page shows it: every word that the dialog of a transcript needs, and nothing that must be decided.

What was said in a trial is hostile. It leaves here as plain text in which nothing is hidden; the page's script puts it
in as text alone.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.reporting.reason import Evidence, Explainer
from ecom_fixtures.reporting.words import (
    CONDUCT,
    CUSTOMER_NOTES,
    ENDS,
    MARKS,
    NO_ROW,
    NOTHING_JUDGED,
    NOTHING_SAID,
    OUTCOMES,
    SIDES,
    counted,
    duration,
    spent,
    trial_name,
)
from ecom_fixtures.runs.figures import FINDINGS
from ecom_fixtures.runs.files import clean
from ecom_fixtures.runs.spending import Spending
from ecom_fixtures.trajectory import Event, Message, Timed
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.worlds.diff import ROW
from ecom_fixtures.worlds.words import Words

# Characters that hide or reorder text; written out.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
# Of a text, so many characters are shown until all of it is asked for.
LONG = 4_000


def visible(text: str) -> str:
    """Return ``text`` as valid Unicode in which characters that hide or reorder others are written out."""
    text = text if text.isascii() else clean(text)
    return _CONTROL.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text.replace("\r\n", "\n"))


def shown(record: Record, words: Words, task: Task | None) -> dict[str, Any]:
    """What the page shows of a trial; what was said and done is in `event`, when it was in ``moments``."""
    explainer = Explainer(record, words, task)
    content = {
        "key": record.case.key,
        "title": record.title,
        "outcome": record.outcome.value,
        "mark": f"{MARKS[record.outcome]} {OUTCOMES[record.outcome]}",
        "about": f"{record.task} · {trial_name(record)} · {duration(record.seconds)}",
        "reason": explainer.reason(),
        "end": f"End: {ENDS.get(record.ended_by, record.ended_by)}" if record.events else NOTHING_SAID,
        "sections": _sections(record, explainer.evidence()),
        "facts": _facts(record),
    }
    return {name: _visible(part) for name, part in content.items()} | {
        "moments": [_moment(one) for one in record.events]
    }


def event(one: Event) -> dict[str, Any]:
    """A message or a tool call, without its time: equal for whatever trials it happened in alike."""
    if isinstance(one, Message):
        pictures = [[link, f"Picture: {link}"] for link in one.pictures]
        who = SIDES[one.role].capitalize()
        content: dict[str, Any] = {"role": one.role, "who": who, **_text(one.text), "pictures": pictures}
    else:
        state = _mark(one.ok, "ok" if one.ok else "error")
        # As text, since a browser would round their numbers.
        arguments = json.dumps(one.arguments, ensure_ascii=False)
        content = {
            "tool": one.tool,
            "tags": [["", "changes data"], state] if one.writes else [state],
            "parts": [
                {"name": "Arguments", **_text(arguments)},
                {"name": "Result" if one.ok else "Error", **_text(one.result)},
            ],
        }
    return {name: _visible(part) for name, part in content.items()}


def fingerprint(one: Event) -> bytes:
    """What tells one `event` from another, sooner than making it."""
    parts = (
        [one.role, one.text, *one.pictures]
        if isinstance(one, Message)
        else [one.tool, one.result, one.arguments, one.ok]
    )
    return sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()


def _text(text: str) -> dict[str, str]:
    return {"text": text, **({"more": f"Show all {counted(len(text), 'character')}"} if len(text) > LONG else {})}


def _moment(one: Timed) -> list[str]:
    """When an event was over, and of what time it took; empty where the journal didn't keep it."""
    if one.start is None or one.duration is None:
        return []
    end = duration(one.start + one.duration)
    return [end, f"from {duration(one.start)} to {end} after the trial began"]


def _sections(record: Record, found: Evidence) -> list[dict[str, Any]]:
    """The parts of the verdict's column."""
    sections: list[dict[str, Any]] = []
    if record.verdict is None:
        sections.append({"title": NOTHING_JUDGED})
    else:
        table = [
            [f"{change.table} {change.key}", "" if change.column == ROW else change.column]
            + [NO_ROW if cell is None else cell for cell in (change.expected, change.actual)]
            for change in found.changes
        ]
        sections += [
            {"title": "Action", "mark": _mark(record.verdict.action), "lines": found.action, "table": table},
            {"title": "Search", "mark": _mark(record.verdict.search), "lines": found.search},
            {"title": "Output", "mark": _mark(record.verdict.output), "lines": found.output},
        ]
    if found.not_reached:
        sections.append({"title": "Not reached", "lines": found.not_reached})
    if failure := record.failure:
        where = [f"in intent {failure.intent}"] if failure.intent else []
        sections.append(
            {"title": f"Class: {failure.kind}", "lines": [*where, *([f"at {failure.call}"] if failure.call else [])]}
        )
    for kind in FINDINGS:
        if lines := getattr(record.conduct, kind):
            sections.append({"title": f"Conduct: {CONDUCT[kind][len(lines) != 1]}", "lines": lines})
    if record.customer_notes:
        sections.append({"title": CUSTOMER_NOTES.capitalize(), "lines": record.customer_notes})
    return sections


def _facts(record: Record) -> list[list[str]]:
    spending = Spending()
    spending.add(record)
    used = {side: spending.of(role) for role, side in SIDES.items()}
    return [
        ["Agent", record.agent],
        ["Customer", record.customer],
        ["Persona", record.persona],
        ["Seed", str(record.seed)],
        ["Turns", str(record.turns)],
        ["Started", record.started],
        *([f"{side.capitalize()} used", spent(usage)] for side, usage in used.items() if usage.calls != 0),
    ]


def _mark(right: bool, words: str = "") -> list[str]:
    """A sign with words behind it, and the colour of both."""
    outcome = Outcome.PASSED if right else Outcome.FAILED
    return [outcome.value, f"{MARKS[outcome]} {words}".strip()]


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {name: _visible(part) for name, part in value.items()}
    return [_visible(part) for part in value] if isinstance(value, list | tuple) else value
