"""The page of a run, report.html: one file that needs no network, made from the run's folder alone, piece by piece.

Everything that comes from a run is hostile: all text is escaped here, and what was said in a trial reaches the page as
compressed JSON that its script shows as text. Its policy lets no script but that one run, and nothing be fetched.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.reporting import ablation, words
from ecom_fixtures.reporting.chart import passk_svg
from ecom_fixtures.reporting.transcript import event, fingerprint, shown, visible
from ecom_fixtures.runs.figures import Figures, figures_of
from ecom_fixtures.runs.files import replace_file
from ecom_fixtures.runs.journal import JOURNAL, Index
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.pictures import PICTURES
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trajectory import Message
from ecom_fixtures.trial.record import Record

PAGE = "report.html"
TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("transcript.js", "page.js")


def write_page(folder: Path, figures: Figures | None = None) -> Path:
    """Write ``report.html`` into a run's folder and return its path; see ``render``."""
    return replace_file(folder / PAGE, render(folder, figures))


def render(folder: Path, figures: Figures | None = None) -> Iterator[str]:
    """The page of the run in ``folder``, in pieces: one task's transcripts are in memory at a time.

    ``figures`` are those of the run, where they were computed already.

    Raises:
        JournalError: a file of the run is missing or broken.
    """
    figures = figures or figures_of(folder)
    played, index = PlayedTasks.read(folder), Index(folder / JOURNAL)
    yield from template("page.html.j2").generate(
        title=page_title(figures),
        figures=figures,
        manifest=Manifest.read(folder),
        chart=Markup(passk_svg(figures.pass_k)),
        css=Markup(asset("page.css")),
        script_hash=base64.b64encode(sha256(_script().encode()).digest()).decode(),
    )
    sent: set[str] = set()
    for number, row in enumerate(figures.tasks, 1):
        records = _noting_pictures(index.read(map(row.case, row.trials)), sent)
        data = packed(records, played, played.task(row.task))
        yield f'<script type="application/json" id="ecom-task-{number}">"{data}"</script>\n'
    yield from _pictures(folder, played, sent)
    yield f"<script>{_script()}</script>\n</body>\n</html>\n"


def page_title(figures: Figures) -> str:
    """Who was tried, and on how much."""
    return f"{figures.agent}: {words.size(figures.tasks)}"


def passk_table(figures: Figures, link: str) -> str:
    """pass^k as a small piece of HTML, with a link to the run's page, for a page of somebody else's."""
    return template("passk.html.j2").render(figures=figures, link=link)


def packed(records: Iterable[Record], played: PlayedTasks, task: Task | None) -> str:
    """The transcripts of one task as base64 of a gzipped JSON list.

    An event that has come before, in any of them, is its number among the task's different ones: the trials of a task
    look the same things up.
    """
    pack = zlib.compressobj(6, zlib.DEFLATED, 31)
    known: dict[bytes, int] = {}
    parts, before = [], b"["
    for record in records:
        events: list[Any] = []
        for one in record.events:
            alike = fingerprint(one)
            events.append(known[alike] if alike in known else event(one))
            known.setdefault(alike, len(known))
        trial = shown(record, played.words, task) | {"events": events}
        parts.append(pack.compress(before + json.dumps(trial, ensure_ascii=False).encode()))
        before = b","
    parts += [pack.compress(b"]" if parts else b"[]"), pack.flush()]
    return base64.b64encode(b"".join(parts)).decode()


def _noting_pictures(records: Iterable[Record], sent: set[str]) -> Iterator[Record]:
    for record in records:
        sent.update(link for one in record.events if isinstance(one, Message) for link in one.pictures)
        yield record


def _pictures(folder: Path, played: PlayedTasks, sent: set[str]) -> Iterator[str]:
    """The pictures that were sent and are there, each once; a link to anything else stays text."""
    yield '<script type="application/json" id="ecom-pictures">{'
    before = ""
    for link in sorted(sent & played.pictures.keys()):
        file = folder / PICTURES / Path(played.pictures[link]).name
        if file.is_file():
            yield f"{before}{_json(link)}:{_json(base64.b64encode(file.read_bytes()).decode())}"
            before = ","
    yield "}</script>\n"


def _json(value: Any) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")


@cache
def _script() -> str:
    return "".join(map(asset, SCRIPTS))


@cache
def asset(name: str) -> str:
    """A file of the templates, as it is."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def template(name: str) -> Template:
    """A template whose texts are escaped, and show what hides or reorders other characters."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else visible(value),
    )
    environment.globals |= {"words": words, "ablation": ablation}
    return environment.get_template(name)
