"""YAML as plain data: lists, mappings with each key once, texts, numbers, true, false, null; all within limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from ecom_fixtures.dataset.limits import MAX_DEPTH, MAX_DIGITS, MAX_KEY, MAX_TEXT, MAX_VALUES
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.values import Place, dotted

# The C parser is several times faster and comes with every PyYAML wheel.
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


def load_yaml(text: str, path: Path) -> Any:
    """Return the one document in ``text``, or None where there is none.

    What isn't in quotes is null, true, false or a decimal number where it looks like one, else the text as it stands:
    ``no``, ``12:30``, ``0755`` and ``2025-11-14`` are texts, and every key is.

    Raises:
        DatasetError: no YAML, a key twice, more than the limits allow, or an anchor, alias, tag, merge key, directive
            or second document. Names ``path``, line and key.
    """
    # The parser compares every directive with all before it.
    if found := _DIRECTIVE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DatasetError(path, "", "a directive (a line that begins with %) is not read", line)
    try:
        return _Builder(path).build(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        mark, reason = error.problem_mark, " ".join(filter(None, (error.context, error.problem)))
        raise DatasetError(path, "", f"is not valid YAML ({reason})", mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise DatasetError(path, "", f"is not valid YAML ({' '.join(str(error).split())})") from error


def line_of(text: str, place: Place) -> int:
    """The line at which ``place`` stands in a text that ``load_yaml`` takes, or as much of it as there is."""
    node = yaml.compose(text, Loader=LOADER)
    line = node.start_mark.line if node else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            inside = {key.value: (key, value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            inside = {index: (item, item) for index, item in enumerate(node.value)}
        else:
            break
        if part not in inside:
            break
        mark, node = inside[part]
        line = mark.start_mark.line
    return line + 1


class _Builder:
    """Puts a file together from the parser's events, a flat stream, so that no depth of nesting fills the stack.

    PyYAML's own composer calls itself for each level, in C, and ends in a segmentation fault.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._documents: list[Any] = []
        # Each stands in the one before it from when it is opened.
        self._open: list[dict[str, Any] | list[Any]] = [self._documents]
        self._key: str | None = None
        self._values = 0

    def build(self, events: Iterable[yaml.Event]) -> Any:
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.DocumentStartEvent) and self._documents:
                self._refuse(event, "a second document begins here; a file holds one")
        return self._documents[0] if self._documents else None

    def _node(self, event: yaml.NodeEvent) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            self._refuse(event, f"more than {MAX_VALUES:,} values in a file")
        self._refuse_what_is_not_plain(event)
        inside = self._open[-1]
        if isinstance(inside, dict) and self._key is None:
            self._key = self._new_key(event, inside)
            return
        value: Any = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else self._container(event)
        if isinstance(inside, list):
            inside.append(value)
        else:
            inside[self._key or ""] = value
            self._key = None
        if not isinstance(event, yaml.ScalarEvent):
            self._open.append(value)

    def _refuse_what_is_not_plain(self, event: Any) -> None:
        if event.anchor is not None:
            what, sign = ("an alias", "*") if isinstance(event, yaml.AliasEvent) else ("an anchor", "&")
            name = sign + event.anchor[:MAX_KEY]
            self._refuse(event, f"{what} ({name}) is not read: write the value out; a text with {sign} needs quotes")
        if event.tag is not None:
            name = event.tag.replace("tag:yaml.org,2002:", "!!")[:MAX_KEY]
            self._refuse(event, f"a tag ({name}) is not read: leave it out; a text with ! needs quotes")

    def _new_key(self, event: yaml.NodeEvent, inside: dict[str, Any]) -> str:
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            self._refuse(event, "a key must be a text")
        if len(event.value) > MAX_KEY:
            self._refuse(event, f"a key of {len(event.value):,} characters; at most {MAX_KEY} are allowed")
        key = str(event.value)
        if key == "<<" and event.implicit[0]:
            self._refuse(event, "a merge key (<<) is not read: write the keys out")
        if key in inside:
            self._key = key
            self._refuse(event, "stands twice")
        return key

    def _container(self, event: yaml.NodeEvent) -> dict[str, Any] | list[Any]:
        if len(self._open) > MAX_DEPTH:
            self._refuse(event, f"more than {MAX_DEPTH} lists and mappings inside one another")
        return {} if isinstance(event, yaml.MappingStartEvent) else []

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | float | bool | None:
        text = str(event.value)
        if len(text) > MAX_TEXT:
            self._refuse(event, f"a text of {len(text):,} characters; at most {MAX_TEXT:,} are allowed")
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if not _NUMBER.fullmatch(text):
            return text
        digits = len(text.removeprefix("-").replace(".", ""))
        if digits > MAX_DIGITS:
            self._refuse(event, f"a number of {digits:,} digits; at most {MAX_DIGITS} are allowed, or a text in quotes")
        return float(text) if "." in text else int(text)

    def _refuse(self, event: Any, problem: str) -> NoReturn:
        """Name the place that ``event`` would have come to stand at."""
        *outer, inside = self._open[1:] or [{}]
        above = tuple(next(reversed(each)) if isinstance(each, dict) else len(each) - 1 for each in outer)
        here = (len(inside),) if isinstance(inside, list) else (self._key,) if self._key else ()
        raise DatasetError(self._path, dotted(above + here), problem, event.start_mark.line + 1)
