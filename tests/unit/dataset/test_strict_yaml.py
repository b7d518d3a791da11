"""What a task file may hold: what YAML makes of it is what a person reads there, or one sentence with the line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ecom_fixtures.dataset import strict_yaml
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.limits import MAX_DEPTH, MAX_DIGITS, MAX_KEY, MAX_TEXT, MAX_TEXT_FILE, MAX_VALUES
from ecom_fixtures.errors import DatasetError

TASK = """\
number: 6
id: hurry
title: Hurry up
tags: [urgent]
platform: mapleway
shop_id: S2001
user_id: U1006
persona: calm
about: You wait.
intents:
  - id: one
    say: When does it come?
    goal: Ask when it comes.
    actions:
      - manage_urgent: {order_id: "251112001011"}
"""
# The line after the last one, and a place there that takes any value.
NEXT = TASK.count("\n") + 1
FREE = "    searches: [look_up: {value: %s}]\n"
VALUE = "intents.0.searches.0.look_up.value"


@pytest.fixture(autouse=True, params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test with the parser in C, and with the one that a PyYAML without it has."""
    monkeypatch.setattr(strict_yaml, "LOADER", getattr(yaml, request.param))


def load(folder: Path, text: str | bytes) -> Any:
    """The task, with ``text`` as its file."""
    file = folder / "tasks" / "hurry.yaml"
    file.parent.mkdir()
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    [task] = Dataset.load(folder).tasks
    return task


def refusal(folder: Path, text: str | bytes) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        load(folder, text)
    assert caught.value.path == folder / "tasks" / "hurry.yaml"
    assert "\n" not in str(caught.value)
    assert len(caught.value.problem) < 300
    return caught.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((text, text) for text in ("yes", "no", "On", "off", "Y", "n")),
        *((text, text) for text in ("0755", "0o17", "0x1F", "12:30", "190:20:30", "1_000", "+49", "1e3", ".5")),
        *((text, text) for text in (".inf", "-.inf", ".nan", "NaN", "1e999", "-", "=", "2025-11-14 10:00")),
        ("2025-11-14", "2025-11-14"),
        ("2025-13-40", "2025-13-40"),
        ("7", 7),
        ("-12", -12),
        ("251106002201", 251106002201),
        ("358.00", 358.0),
        ('"7"', "7"),
        ("'yes'", "yes"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('""', ""),
        (r'"a\tb\u00e9"', "a\tbé"),
        ("{2025: a, no: b, 1.5: c, null: d}", {"2025": "a", "no": "b", "1.5": "c", "null": "d"}),
    ],
)
def test_a_value_without_quotes_is_what_it_looks_like(tmp_path: Path, written: str, value: object) -> None:
    task = load(tmp_path, TASK + FREE % written)
    assert task.intents[0].searches[0].arguments == {"value": value}


@pytest.mark.parametrize("said", ["No", "yes", "12:30", "2025-11-14", "0755", "a:b"])
def test_where_text_is_expected_text_needs_no_quotes(tmp_path: Path, said: str) -> None:
    assert load(tmp_path, TASK.replace("When does it come?", said)).intents[0].say == (said,)


@pytest.mark.parametrize(
    "text",
    [b"\xef\xbb\xbf" + TASK.encode(), TASK.replace("\n", "\r\n"), "# A task.\n---\n" + TASK + "...\n"],
    ids=["byte order mark", "CRLF", "comment and markers"],
)
def test_what_editors_and_people_put_around_a_document_does_not_matter(tmp_path: Path, text: str | bytes) -> None:
    (tmp_path / "plain").mkdir()
    assert load(tmp_path, text) == load(tmp_path / "plain", TASK)


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        (TASK + "title: Another\n", NEXT, "title"),
        (TASK + '"title": Another\n', NEXT, "title"),
        (TASK + "    actions: []\n", NEXT, "intents.0.actions"),
        (
            TASK + "    searches:\n      - look_up: {a: 1,\n          a: 2}\n",
            NEXT + 2,
            "intents.0.searches.0.look_up.a",
        ),
        (TASK + FREE % "[{b: 1, b: 1}]", NEXT, f"{VALUE}.0.b"),
        (TASK + FREE % "{1: a, '1': b}", NEXT, f"{VALUE}.1"),
    ],
)
def test_a_key_that_stands_twice_is_refused_at_any_depth(tmp_path: Path, text: str, line: int, key: str) -> None:
    error = refusal(tmp_path, text)
    assert str(error) == f"{tmp_path / 'tasks' / 'hurry.yaml'}:{line}: {key}: stands twice"


BOMB = (
    "[&a [x, x], " + ", ".join(f"&{b} [*{a}, *{a}]" for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)) + "]"
)


@pytest.mark.parametrize(
    ("written", "key", "problem"),
    [
        (BOMB, f"{VALUE}.0", "an anchor (&a) is not read: write the value out; a text with & needs quotes"),
        ("&more please", VALUE, "an anchor (&more) is not read"),
        ("*thanks", VALUE, "an alias (*thanks) is not read: write the value out; a text with * needs quotes"),
        ("!important news", VALUE, "a tag (!important) is not read: leave it out; a text with ! needs quotes"),
        ("!!python/object/apply:os.getcwd []", VALUE, "a tag (!!python/object/apply:os.getcwd) is not read"),
        ("!!binary aGVsbG8=", VALUE, "a tag (!!binary) is not read"),
        ("!!set {a, b}", VALUE, "a tag (!!set) is not read"),
        ("!!str 7", VALUE, "a tag (!!str) is not read"),
        ("{<<: {a: 1}}", VALUE, "a merge key (<<) is not read: write the keys out"),
        ("{[a]: 1}", VALUE, "a key must be a text"),
        ("{{a: 1}: 1}", VALUE, "a key must be a text"),
        ("{'': 1}", VALUE, "a key must be a text"),
        ("{? [a] : 1}", VALUE, "a key must be a text"),
    ],
)
def test_what_is_more_than_plain_data_is_refused(tmp_path: Path, written: str, key: str, problem: str) -> None:
    error = refusal(tmp_path, TASK + FREE % written)
    assert (error.line, error.key) == (NEXT, key)
    assert error.problem.startswith(problem)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("[" * 100_000, f"more than {MAX_DEPTH} lists and mappings inside one another"),
        ("{a: " * 100_000, f"more than {MAX_DEPTH} lists and mappings inside one another"),
        ("[" + "0," * MAX_VALUES + "]", f"more than {MAX_VALUES:,} values in a file"),
        ("x" * (MAX_TEXT + 1), "a text of 20,001 characters; at most 20,000 are allowed"),
        ("9" * (MAX_DIGITS + 1), "a number of 16 digits; at most 15 are allowed"),
        ("-0." + "9" * MAX_DIGITS, "a number of 16 digits; at most 15 are allowed"),
        ("9" * 5000, "a number of 5,000 digits; at most 15 are allowed, or a text in quotes"),
        ("{" + "k" * (MAX_KEY + 1) + ": 1}", "a key of 101 characters; at most 100 are allowed"),
    ],
    ids=["lists", "mappings", "values", "text", "digits", "decimals", "thousands of digits", "key"],
)
def test_what_is_larger_than_the_limits_is_refused(tmp_path: Path, written: str, problem: str) -> None:
    error = refusal(tmp_path, TASK + FREE % written)
    assert error.line == NEXT
    assert error.key.startswith(VALUE)
    assert error.problem.startswith(problem)


@pytest.mark.parametrize(
    "text",
    ["- " * 100_000, "".join(" " * depth + "a:\n" for depth in range(1_300))],
    ids=["dashes", "indentation"],
)
def test_indentation_has_the_same_limit_as_brackets(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).problem == f"more than {MAX_DEPTH} lists and mappings inside one another"


def test_what_just_fits_the_limits_is_taken(tmp_path: Path) -> None:
    above = VALUE.count(".") + 1
    deep = MAX_DEPTH - above
    written = "[" * deep + f"{'9' * MAX_DIGITS}, {'x' * MAX_TEXT}" + "]" * deep
    value: Any = load(tmp_path, TASK + FREE % written).intents[0].searches[0].arguments["value"]
    for _ in range(deep - 1):
        [value] = value
    assert value == [int("9" * MAX_DIGITS), "x" * MAX_TEXT]


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    error = refusal(tmp_path, TASK + "#" * MAX_TEXT_FILE)
    assert error.problem.endswith("bytes; at most 1,000,000 are allowed")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (TASK + "---\n" + TASK, NEXT, "a second document begins here; a file holds one"),
        ("---\n---\n" + TASK, 2, "a second document begins here; a file holds one"),
        ("# A task.\n%YAML 1.1\n---\n" + TASK, 2, "a directive (a line that begins with %) is not read"),
        (TASK + "\tabout: x\n", NEXT, "is not valid YAML ("),
        (TASK + "about x\n", NEXT + 1, "is not valid YAML ("),
        (TASK + FREE % "[a", NEXT, "is not valid YAML ("),
        (TASK + "notes: [a\0b]\n", NEXT, "holds the control character U+0000"),
        (TASK + "notes: [a\x1bb]\n", NEXT, "holds the control character U+001B"),
        (TASK.encode() + b"notes: [caf\xe9]\n", NEXT, "is not UTF-8 (byte 0xe9)"),
        (TASK.encode("utf-16"), 1, "is not UTF-8 (byte 0xff)"),
    ],
    ids=[
        *("two documents", "an empty one and another", "directive", "tab", "no colon", "unclosed"),
        *("NUL", "escape", "Latin 1", "UTF-16"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, line: int, problem: str
) -> None:
    error = refusal(tmp_path, text)
    assert (error.line, error.key) == (line, "")
    assert error.problem.startswith(problem)


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        (TASK.replace("title:", "titel:"), 1, "title", "field required (and 1 more)"),
        (TASK + "titel: Again\n", NEXT, "titel", "is not a key that is known here; known are number, id, title, "),
        (
            TASK + "    sya: Well?\n",
            NEXT,
            "intents.0.sya",
            "is not a key that is known here; known are id, say, goal, ",
        ),
        (TASK.replace("urgent]", "urgent,\n  Not A Slug]"), 5, "tags.1", "string should match pattern"),
        (TASK.replace("    goal:", "    aim:"), 11, "intents.0.goal", "field required"),
        (TASK.replace("number: 6", "number: true"), 1, "number", "input should be a valid integer"),
        (TASK.replace("title: Hurry up", "title: 7"), 3, "title", "input should be a valid string"),
        (
            TASK.replace('{order_id: "251112001011"}', "[]"),
            15,
            "intents.0.actions.0.arguments",
            "input should be a valid d",
        ),
        (TASK.replace("id: hurry\n", "id: hurry-up\n"), 2, "id", "must be the file's name"),
        (TASK + "    picture: ../policy/agent.png\n", NEXT, "intents.0.picture", "string should match pattern"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, text: str, line: int, key: str, problem: str) -> None:
    error = refusal(tmp_path, text)
    assert (error.line, error.key) == (line, key)
    assert error.problem.startswith(problem)


def test_what_is_wrong_with_a_whole_file_has_no_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "")
    assert str(error) == f"{error.path}: input should be a valid dictionary"
