"""The HTML report: what pytest-html's page gets from us. Pure functions; nothing here knows pytest.

Everything that comes from a run is hostile: pytest-html inserts what it is given as it stands, so all text is escaped
here, and what was said in a trial reaches the page as compressed JSON that page.js shows as text.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ecom_fixtures.reporting.chart import passk_svg
from ecom_fixtures.reporting.terminal import CONDUCT, EXPLAINED, MARKS, MEANING
from ecom_fixtures.runs.figures import Figures, failed_dimensions
from ecom_fixtures.runs.files import clean
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.trajectory import Message
from ecom_fixtures.trial.record import Outcome, Record

TEMPLATES = Path(__file__).parent / "templates"
PNG = b"\x89PNG\r\n\x1a\n"
# Characters that hide or reorder text; written out. The same set as in page.js.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
# What sorts first is what one looks for first.
RANKS = {Outcome.FAILED: 0, Outcome.CUSTOMER_FAULT: 1, Outcome.INFRA_ERROR: 2, Outcome.PASSED: 3}
NONE = "\N{EN DASH}"
# Results of tools from this many characters on are kept once for all trials.
LONG = 300
COLUMNS = ("task", "trial", "outcome", "dimensions", "seconds")


def report_title(manifest: Manifest) -> str:
    """The page's title, as text: pytest-html escapes it."""
    tasks, trials = len(manifest.tasks), manifest.count
    many = f"{tasks} task{'' if tasks == 1 else 's'}, {trials} trial{'' if trials == 1 else 's'} each"
    return visible(f"{manifest.agent}: {many}")


def summary_html(figures: Figures, manifest: Manifest) -> str:
    """The part above the table: headline figures, pass^k, failures, cost, the tasks with their trials, the settings.

    For the prefix of ``pytest_html_results_summary``. It brings the style sheet of the whole page.
    """
    return (
        _environment()
        .get_template("summary.html.j2")
        .render(
            figures=figures,
            manifest=manifest,
            chart=Markup(passk_svg(figures.pass_k)),
            css=Markup(_asset("page.css")),
            solved={
                "always": sum(row.passed == row.planned for row in figures.tasks),
                "never": sum(not row.passed and row.judged == row.planned for row in figures.tasks),
            },
        )
    )


def transcripts_html(records: Iterable[Record], pictures: Mapping[str, bytes] | None = None) -> str:
    """All transcripts, compressed one by one, the dialog that shows them, and its script.

    For the postfix of ``pytest_html_results_summary``. ``records`` may be a generator: each is packed and let go. Of
    two records of one trial the first counts. ``pictures`` are the dataset's own PNG files by the link that a customer
    sends; those that were sent come into the page once each, any other link stays text.
    """
    packed: dict[tuple[int, str, int], str] = {}
    links: set[str] = set()
    results = _Pool()
    for record in records:
        key = (record.number, record.task, record.trial)
        if key in packed:
            continue
        packed[key] = _packed(record, results)
        for event in record.events:
            if isinstance(event, Message):
                links.update(event.pictures)
    known = pictures or {}
    images = {link: _base64(known[link]) for link in sorted(links & set(known)) if known[link].startswith(PNG)}
    legend = {outcome: [MARKS[outcome], MEANING[outcome]] for outcome in Outcome}
    trials = ",\n".join(packed[key] for key in sorted(packed))
    return (
        '<script type="application/json" id="ecom-transcripts">'
        f'{{"trials":[{trials}],"results":"{results.packed()}","pictures":{_json(images)},'
        f'"outcomes":{_json(legend)}}}</script>\n'
        '<dialog id="ecom-dialog" class="ecom-dialog" aria-label="Transcript"></dialog>\n'
        f"<script>{_asset('page.js')}</script>"
    )


def table_header(cells: Sequence[str]) -> list[str]:
    """pytest-html's header cells with ours behind the first three (result, test, duration, which the page hides).

    Those three must stay: the page's filters, ids and sorting read them.
    """
    ours = [f'<th class="sortable" data-column-type="{name}">{name.capitalize()}</th>' for name in COLUMNS]
    return [*cells[:3], *ours, '<th class="col-transcript">Transcript</th>', *cells[3:]]


def table_cells(record: Record) -> list[str]:
    """The cells of one trial that stand behind pytest-html's first three: ``cells[3:3] = table_cells(record)``.

    Sorting is by the text of a cell, markup included, so each begins with a key of fixed width.
    """
    failed = failed_dimensions(record)
    verdict = record.verdict.dimensions if record.verdict else {}
    badges = Markup("").join(_badge(name, right) for name, right in verdict.items())
    flags = "".join("1" if name in failed else "0" for name in ("action", "search", "output", "other"))
    task, key = _line(record.task), trial_key(record.task, record.trial)
    opener = Markup('<button type="button" class="ecom-open" data-trial="{}">Transcript</button>').format(key)
    return [
        _cell("task", f"{record.number:05d} {task} {record.trial:05d}", Markup("<b>{}</b>").format(task)),
        _cell("trial", f"{record.trial:05d}", record.trial),
        _cell("outcome", str(RANKS[record.outcome]), _pill(record.outcome)),
        _cell("dimensions", flags, badges or NONE),
        _cell("seconds", f"{record.seconds:012.3f}", f"{record.seconds:.1f} s"),
        f'<td class="col-links col-transcript">{opener}</td>',
    ]


def other_cells(cells: Sequence[str]) -> list[str]:
    """The same six for a test that is no trial, from pytest-html's own: its id, result and duration."""
    result, test, duration = (Markup(cell).striptags() for cell in cells[:3])
    shown = {"task": test, "outcome": result, "seconds": duration}
    return [*(_cell(name, "~", _line(shown.get(name, ""))) for name in COLUMNS), '<td class="col-transcript"></td>']


def trial_key(task: str, trial: int) -> str:
    """How the page names a trial, also in its address: ``report.html#trial=<task>/<trial>``."""
    return f"{_line(task)}/{trial:02d}"


def visible(text: str) -> str:
    """Return ``text`` as valid Unicode in which characters that hide or reorder others are written out."""
    return CONTROL.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", clean(text))


class _Pool:
    """Long texts, each kept once: the trials of a task look the same things up. Holds them compressed only."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}
        self._gzip = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._parts: list[bytes] = []

    def index(self, text: str) -> int:
        data = _utf8(text)
        digest = sha256(data).digest()
        if digest not in self._known:
            self._parts.append(self._gzip.compress((b"," if self._known else b"[") + data))
            self._known[digest] = len(self._known)
        return self._known[digest]

    def packed(self) -> str:
        """Base64 of the gzipped JSON list; called once, at the end."""
        self._parts.append(self._gzip.compress(b"]" if self._known else b"[]") + self._gzip.flush())
        return _base64(b"".join(self._parts))


def _packed(record: Record, results: _Pool) -> str:
    """One entry of the archive: what the index needs, and the record itself as base64 of gzipped JSON.

    Arguments become text here, since a browser would round their numbers, and a long result its number in ``results``.
    """
    content = record.model_dump(mode="json")
    for event in content["events"]:
        if event["kind"] == "tool":
            event["arguments"] = json.dumps(event["arguments"], ensure_ascii=False)
            if len(event["result"]) >= LONG:
                event["result"] = results.index(event["result"])
    data = gzip.compress(_utf8(content), 6, mtime=0)
    entry = {
        "key": trial_key(record.task, record.trial),
        "task": record.task,
        "trial": record.trial,
        "outcome": record.outcome,
        "data": _base64(data),
    }
    return _json(entry)


def _json(value: Any) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")


def _utf8(value: Any) -> bytes:
    """JSON as bytes, whatever halves of characters are in it."""
    return clean(json.dumps(value, ensure_ascii=False)).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _cell(name: str, key: str, content: object) -> str:
    html = Markup('<td class="col-{}"><data value="{}">{}</data></td>').format(name, key, content)
    return str(html)


def _line(text: str) -> str:
    """``text`` without line breaks, which pytest-html's reading of cells doesn't survive."""
    return visible(" ".join(text.split()))


def _pill(outcome: Outcome) -> Markup:
    return Markup('<span class="ecom-pill ecom-is-{}">{} {}</span>').format(outcome, MARKS[outcome], MEANING[outcome])


def _badge(name: str, right: bool) -> Markup:
    outcome = Outcome.PASSED if right else Outcome.FAILED
    return Markup('<span class="ecom-tag ecom-is-{}">{} {}</span>').format(outcome, MARKS[outcome], name)


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else visible(value),
    )
    environment.filters.update(percent=_percent, count=_count, duration=_duration)
    environment.globals.update(
        names=MEANING, signs=MARKS, explained=EXPLAINED, kinds_of_conduct=CONDUCT, trial_key=trial_key
    )
    return environment


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{share:.1%}".replace("%", "\N{NO-BREAK SPACE}%")


def _count(number: int) -> str:
    return f"{number:,}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return NONE
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:.1f} s"
