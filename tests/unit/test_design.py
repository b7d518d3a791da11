"""The package keeps to its design: who may import whom, where pytest is known, how long files and functions are."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ecom_fixtures

PACKAGE = Path(ecom_fixtures.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
# From left to right: a part imports its own layer and those to its right. CONTRIBUTING.md shows the same list.
LAYERS = (
    {"plugin"},
    {"validity"},
    {"reporting"},
    {"runs"},
    {"statistics"},
    {"trial"},
    {"evaluation"},
    {"customers"},
    {"worlds", "shop"},
    {"agents"},
    {"models"},
    {"language"},
    {"trajectory"},
    {"dataset"},
    {"settings", "errors", "__init__"},
)
# Imported where they are used, so that collecting and --help stay fast.
HEAVY = ("langgraph", "openai", "mcp", "scipy", "sqlalchemy", "sqlmodel", "jinja2", "uvicorn")

TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def layer(module: str) -> int:
    """The number of the layer that a module of the package is in; its own name goes before its part's."""
    for name in (module, module.split(".")[0]):
        for number, names in enumerate(LAYERS):
            if name in names:
                return number
    raise AssertionError(f"{module} has no place in the design")


def imports(path: Path) -> Iterator[str]:
    """Every module that is imported anywhere in the file, at the top or later."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """The name of every function in the file, and how many lines it has."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


def own_imports() -> Iterator[tuple[str, str]]:
    """Who imports whom inside the package."""
    for path in FILES:
        for name in imports(path):
            if name.startswith("ecom_fixtures."):
                yield dotted(path), name.removeprefix("ecom_fixtures.")


def test_every_part_is_there() -> None:
    modules = {dotted(path) for path in FILES} | {dotted(path).split(".")[0] for path in FILES}
    assert set().union(*LAYERS) <= modules


def test_a_part_imports_only_parts_to_its_right() -> None:
    assert [(who, whom) for who, whom in own_imports() if layer(whom) < layer(who)] == []


def test_contributing_shows_the_same_list() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\d+\. (`.*`)$", text, re.MULTILINE)
    assert [set(re.findall(r"`(\w+)`", line)) for line in lines] == list(LAYERS)


def test_contributing_names_every_part() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `ecom_fixtures/(\w+)(?:/|\.py)` \|", text, re.MULTILINE))
    assert named == {dotted(path).split(".")[0] for path in FILES} - {"__init__"}


def test_only_the_plugin_knows_pytest() -> None:
    test_tools = {"pytest", "_pytest", "xdist", "pytest_html"}
    knowing = {dotted(path) for path in FILES if test_tools & {name.split(".")[0] for name in imports(path)}}
    assert {name for name in knowing if not name.startswith("plugin.")} == set()


def test_the_first_line_of_a_module_says_what_lives_there() -> None:
    first = {dotted(path): path.read_text(encoding="utf-8").splitlines()[0] for path in FILES}
    assert {name: line for name, line in first.items() if not line.startswith('"""') or len(line) < 20} == {}


def test_no_file_is_longer_than_300_lines() -> None:
    length = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: lines for name, lines in length.items() if lines > 300} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    assert [(dotted(path), name) for path in FILES for name, lines in functions(path) if lines > 40] == []


def test_the_plugin_loads_nothing_heavy_before_a_trial_is_asked_for() -> None:
    code = (
        "import sys, ecom_fixtures.plugin\n"
        f"print(*(name for name in {HEAVY!r} if name in sys.modules))\n"
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
