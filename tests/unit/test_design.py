"""The package keeps to its design: who may import whom, where pytest is known, how long files and functions are."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import ecom_fixtures

PACKAGE = Path(ecom_fixtures.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
# From left to right: a part imports its own layer and those to its right. CONTRIBUTING.md shows the same list.
LAYERS = (
    {"cli", "__main__", "shop", "validity.__main__"},
    {"plugin"},
    {"validity"},
    {"reporting", "comparison"},
    {"gate"},
    {"runs"},
    {"statistics"},
    {"trial"},
    {"evaluation"},
    {"customers"},
    {"worlds"},
    {"agents"},
    {"models"},
    {"language"},
    {"trajectory"},
    {"dataset"},
    {"settings", "errors", "values", "__init__"},
)
# What only the shop knows: its tools, tables and states. Words that are a part of the task's format are not among them.
SHOP_WORDS = re.compile(
    r"\b(?:get_\w+_info|manage_\w+|compare_products\w*|schedule_service|register_cashback\w*|transfer_to_specialist"
    r"|mapleway|gift_card|ecard\w*|OrderState|pending_payment|return_requested|order_id|product_id)\b"
)
# Imported where they are used, so that collecting and --help stay fast.
HEAVY = ("langgraph", "openai", "mcp", "scipy", "sqlalchemy", "sqlmodel", "jinja2", "uvicorn", "PIL")

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
    assert [set(re.findall(r"`([\w.]+)`", line)) for line in lines] == list(LAYERS)


def test_contributing_names_every_part() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `ecom_fixtures/(\w+)(?:/|\.py)` \|", text, re.MULTILINE))
    assert named == {dotted(path).split(".")[0] for path in FILES} - {"__init__"}


def test_only_the_plugin_knows_pytest() -> None:
    test_tools = {"pytest", "_pytest", "xdist", "pytest_html"}
    knowing = {dotted(path) for path in FILES if test_tools & {name.split(".")[0] for name in imports(path)}}
    assert {name for name in knowing if not name.startswith("plugin.")} == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    modules = {dotted(path).removesuffix(".__init__") for path in FILES}
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for who, whom in own_imports():
        graph[who.removesuffix(".__init__")].add(whom)
    order = TopologicalSorter({name: others & modules for name, others in graph.items()})
    order.prepare()


def test_the_shop_is_imported_by_name_in_one_place_of_choice_only() -> None:
    inside = "worlds.shop"
    outside = {who for who, whom in own_imports() if whom.startswith(inside) and not who.startswith(inside)}
    assert outside == {"worlds.choice"}


def test_only_the_shop_knows_the_names_of_its_tools_and_tables() -> None:
    found = {
        (dotted(path), match[0])
        for path in FILES
        if not dotted(path).startswith("worlds.shop")
        for match in SHOP_WORDS.finditer(_code(path))
    }
    assert found == set()


def _code(path: Path) -> str:
    """The file without comments and docstrings."""
    docstrings = {
        node.body[0].lineno
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    kept = (token for token in tokens if token.type != tokenize.COMMENT)
    return " ".join(
        token.string for token in kept if not (token.type == tokenize.STRING and token.start[0] in docstrings)
    )


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
