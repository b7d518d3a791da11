"""The pages hang together: links and anchors lead somewhere, what is named is there, blocks are of a known kind."""

from __future__ import annotations

import re

import pytest
from pages import GUIDE, PAGES, ROOT, Page, page_at

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
each_page_of_the_guide = pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.name)
# Blocks that begin with the name of their file, blocks of commands, and blocks that nobody runs.
NAMED, RUN, SHOWN = {"python", "yaml", "toml"}, {"sh"}, {"text", "bibtex"}
PLACE = re.compile(r"(?:ecom_fixtures|data|tests|scripts|docs|benchmarks)/[\w./-]*")


@each_page
def test_links_lead_somewhere(page: Page) -> None:
    assert [path.name for path, _ in page.links if not path.exists()] == []


@each_page
def test_anchors_are_headings(page: Page) -> None:
    named = [(path, anchor) for path, anchor in page.links if anchor]
    assert [(path.name, anchor) for path, anchor in named if anchor not in Page(path).anchors] == []


@each_page
def test_the_files_that_a_page_names_are_there(page: Page) -> None:
    spans = re.findall(r"`([^`]+)`", page.prose)
    words = [word for command in page.commands for word in command.words]
    named = {word for word in (*spans, *words) if PLACE.fullmatch(word)}
    assert {name for name in named if not (ROOT / name).exists()} == set()


@each_page_of_the_guide
def test_every_block_is_of_a_kind_that_is_checked(page: Page) -> None:
    assert {block.language for block in page.blocks} <= NAMED | RUN | SHOWN
    unnamed = [block.text for block in page.blocks if block.language in NAMED and not block.file]
    assert unnamed == [], "a block of code says in its first line which file it is"


@each_page_of_the_guide
def test_every_line_of_a_shell_block_is_a_command(page: Page) -> None:
    for block in page.blocks:
        if block.language == "sh":
            assert len(list(block.commands)) == len(block.text.splitlines())


@each_page_of_the_guide
def test_a_page_begins_with_a_title_and_a_sentence(page: Page) -> None:
    title, blank, sentence = page.text.splitlines()[:3]
    assert (title[:2], blank, sentence[0].isalpha()) == ("# ", "", True)


def test_the_index_names_every_page() -> None:
    listed = {path for path, _ in page_at("docs/index.md").links}
    assert {page.path for page in GUIDE if page.name.startswith("docs/")} - listed == {ROOT / "docs" / "index.md"}


def test_the_readme_stays_a_page_that_starts() -> None:
    assert len(page_at("README.md").text.splitlines()) < 200
