"""Describes the built-in dataset: the generated part of README.md, and the chart docs/dataset.svg.

    python scripts/describe_dataset.py [--check]

With --check nothing is written; the exit status is 1 when the README or the chart isn't up to date.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Persona, Task
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.validity.base import Bench
from ecom_fixtures.validity.coverage import operations, tags
from ecom_fixtures.worlds.shop.toolbox import SPECS

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
CHART = ROOT / "docs" / "dataset.svg"
BEGIN = "<!-- written by make describe, not by hand -->"
END = "<!-- end of what make describe writes -->"
# The dimensions of a persona, as the README names them.
DIMENSIONS = {
    "emotion": "mood",
    "detail": "attention to detail",
    "patience": "patience",
    "trust": "trust",
    "rights": "awareness of consumer rights",
    "asking": "way of asking",
    "speech": "style of speech",
    "pace": "pace",
}

WIDTH, ROW, TOP, BAR = 960, 20, 84, 12
STYLE = """
  .card { fill: #fcfcfb; stroke: #d9dce1 }
  text { fill: #30363d; font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif }
  .head { font-size: 14px; font-weight: 600 }
  .note { fill: #59636e }
  .reads { fill: #6b93b8 } .writes { fill: #c58a56 } .tag { fill: #7d9f85 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #161b22; stroke: #30363d }
    text { fill: #d5dae0 }
    .note { fill: #9aa4af }
  }
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status (1: something isn't up to date, or can't be read)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, only say what isn't up to date")
    check = parser.parse_args(arguments).check
    try:
        bench = Bench.of(Dataset.load(default_folder()))
    except DatasetError as error:
        print(f"describe: {error}", file=sys.stderr)
        return 1
    readme = README.read_text(encoding="utf-8")
    if BEGIN not in readme or END not in readme:
        print(f"describe: README.md must hold the lines {BEGIN} and {END}", file=sys.stderr)
        return 1
    before, after = readme.partition(BEGIN)[0], readme.partition(END)[2]
    wanted = {README: f"{before}{BEGIN}\n\n{describe(bench)}\n\n{END}{after}", CHART: chart(bench)}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'is not up to date; run make describe' if check else 'written'}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
    return 1 if check and stale else 0


def describe(bench: Bench) -> str:
    """The README's part in Markdown: what there is, the chart, the personas, the tasks."""
    tasks, personas = bench.dataset.tasks, list(bench.dataset.personas.values())
    counts = [
        ["tasks", f"{len(tasks)}, {sum(bool(task.pictures) for task in tasks)} of them with pictures"],
        ["intents", f"{sum(len(task.intents) for task in tasks)}"],
        ["tools", f"{len(SPECS)}"],
        *([what, f"{number}"] for what, number in bench.source.size.items()),
        ["pictures", f"{len(list(bench.dataset.images.glob('*.png')))}"],
        ["personas", f"{len(personas)}, of {len({persona.consumer for persona in personas})} consumer types"],
    ]
    parts = [
        _table(("what", "how many"), counts),
        "![How often each operation is required, and how many tasks bear each tag](docs/dataset.svg)",
        "The personas by dimension, with the number that have each value:",
        _table(("dimension", "values"), [[label, _values(personas, name)] for name, label in DIMENSIONS.items()]),
        f"<details>\n<summary>The {len(tasks)} tasks</summary>",
        _table(("number", "task", "tags", "required tools", "picture"), map(_row, tasks)),
        "</details>",
    ]
    return "\n\n".join(parts)


def chart(bench: Bench) -> str:
    """Two panels of bars, one for the operations and one for the tags, on a card of their own as one ``<svg>``."""
    named, borne = operations(bench), tags(bench)
    height = TOP + ROW * max(len(named), len(borne)) + 22
    kinds = {name: _kind(name) for name in named}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(_in_words(bench))}</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>',
        '<text class="head" x="24" y="34">How often the tasks require each operation</text>',
        '<rect class="reads" x="24" y="47" width="11" height="11" rx="2"/>',
        '<text class="note" x="41" y="57">looks something up</text>',
        '<rect class="writes" x="168" y="47" width="11" height="11" rx="2"/>',
        '<text class="note" x="185" y="57">changes the shop</text>',
        *_bars(named, kinds, left=262, longest=250),
        '<text class="head" x="580" y="34">How many tasks bear each tag</text>',
        f'<text class="note" x="580" y="57">of {len(bench.dataset.tasks)}; most tasks bear several</text>',
        *_bars(borne, dict.fromkeys(borne, "tag"), left=696, longest=210),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bars(counts: Counter[str], kinds: dict[str, str], *, left: int, longest: int) -> Iterator[str]:
    most = max(counts.values(), default=1)
    for place, (name, count) in enumerate(_ranked(counts)):
        y = TOP + place * ROW
        width = round(longest * count / most, 1)
        yield f'<text x="{left - 8}" y="{y + BAR - 2}" text-anchor="end">{escape(name)}</text>'
        yield f'<rect class="{kinds[name]}" x="{left}" y="{y}" width="{width}" height="{BAR}" rx="2"/>'
        yield f'<text class="note" x="{left + width + 6}" y="{y + BAR - 2}">{count}</text>'


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent first; equals by name, so that the order never depends on chance."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _kind(operation: str) -> str:
    tool, _, action = operation.partition(":")
    return "writes" if SPECS[tool].writes({"action": action}) else "reads"


def _in_words(bench: Bench) -> str:
    """The chart for those who can't see it."""
    named, borne = ([f"{name} {count}" for name, count in _ranked(each)] for each in (operations(bench), tags(bench)))
    return f"How often each operation is required: {', '.join(named)}. Tasks by tag: {', '.join(borne)}."


def _values(personas: Sequence[Persona], dimension: str) -> str:
    counts = Counter(str(getattr(persona, dimension)) for persona in personas)
    order = Persona.model_fields[dimension].annotation.__args__  # type: ignore[union-attr]
    return ", ".join(f"{value} {counts[value]}" for value in order)


def _row(task: Task) -> list[str]:
    tools = sorted({call.tool for call in task.calls()})
    required = ", ".join(f"`{name}`" for name in tools) or "none"
    return [str(task.number), f"`{task.id}`", ", ".join(task.tags), required, "yes" if task.pictures else "no"]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("| --- |", "|---|").replace(" --- |", "---|")


if __name__ == "__main__":
    sys.exit(main())
