"""The project's Markdown pages taken apart: headings, links, tables, code blocks, and the commands in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


@dataclass(frozen=True)
class Command:
    """A line that a reader types. ``note`` is what stands behind it after two blanks and ``#``."""

    line: str
    note: str

    @property
    def words(self) -> list[str]:
        return self.line.split()


@dataclass(frozen=True)
class Block:
    """A code block and the language that its fence names."""

    language: str
    text: str

    @property
    def file(self) -> str:
        """The file that the block is meant for: its first line says ``# path/name.py``. Empty where it says nothing."""
        first = self.text.partition("\n")[0]
        return first.removeprefix("# ") if re.fullmatch(r"# [\w./-]+\.\w+", first) else ""

    @property
    def commands(self) -> Iterator[Command]:
        """The commands of a shell block, and those that a CI workflow runs."""
        marks = {"sh": r"(?P<line>.+?)", "yaml": r" *- run: (?P<line>.+?)"}
        pattern = re.compile(marks.get(self.language, r"(?!)") + r"(?: {2,}# (?P<note>.*))?")
        for line in self.text.splitlines():
            if found := pattern.fullmatch(line):
                yield Command(found["line"], found["note"] or "")


@dataclass(frozen=True)
class Page:
    """One Markdown file of the project."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its code blocks."""
        return FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        return [Block(found["language"], dedent(found["text"])) for found in FENCE.finditer(self.text)]

    @property
    def commands(self) -> list[Command]:
        return [command for block in self.blocks for command in block.commands]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link may name after ``#``: the headings, as GitHub spells them."""
        seen: Counter[str] = Counter()
        found = set()
        for heading in re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE):
            slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return found

    @property
    def links(self) -> list[tuple[Path, str]]:
        """The links inside the project: the file, and the anchor in it (empty when the whole file is meant)."""
        found = LINK.findall(self.prose)
        return [((self.path.parent / path).resolve() if path else self.path, anchor) for path, anchor in found]

    def rows(self, *head: str) -> list[list[str]]:
        """The cells of the first table with that head."""
        table = self.text.partition(f"| {' | '.join(head)} |\n")[2].partition("\n\n")[0]
        assert table, f"{self.name} has no table with the columns {', '.join(head)}"
        return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[1:]]

    def column(self, *head: str) -> list[str]:
        """The first column of that table, without the marks of code."""
        return [row[0].strip("`") for row in self.rows(*head)]


def page_at(name: str) -> Page:
    return Page(ROOT / name)


# What a user reads, and what else is written for readers.
GUIDE = [page_at("README.md"), *(Page(path) for path in sorted((ROOT / "docs").rglob("*.md")))]
OTHERS = ("CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", "reports/README.md", "scripts/pictures/README.md")
PAGES = [*GUIDE, *map(page_at, OTHERS)]
