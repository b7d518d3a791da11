"""JSON schemas as plainly as a model endpoint may want them."""

from __future__ import annotations

from typing import Any

# Titles repeat the names; the lengths only guard against nonsense, and every word here is paid for in each model call.
_LEFT_OUT = frozenset({"title", "default", "minLength", "maxLength"})


def tidy_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return pydantic's schema with references put in place, and without titles, defaults, text lengths and null
    alternatives.

    Some endpoints that are compatible with OpenAI's reject ``$ref`` or ``anyOf`` in a tool's parameters.
    """
    definitions = schema.get("$defs", {})
    tidy = _tidy({key: value for key, value in schema.items() if key != "$defs"}, definitions)
    assert isinstance(tidy, dict)
    return tidy


def _tidy(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_tidy(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[-1]]
        return _tidy({**target, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
    if "anyOf" in node:
        [alternative] = [option for option in node["anyOf"] if option != {"type": "null"}]
        return _tidy({**alternative, **{key: value for key, value in node.items() if key != "anyOf"}}, definitions)
    tidy = {}
    for key, value in node.items():
        if key == "properties":
            tidy[key] = {name: _tidy(item, definitions) for name, item in value.items()}
        elif key not in _LEFT_OUT:
            tidy[key] = _tidy(value, definitions)
    return tidy
