"""What is known of calls of the shop's tools without any shop: the world's `CallRules`."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.base import Arguments, Tool
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.canonical import spell
from ecom_fixtures.worlds.shop.meaning import meant, same
from ecom_fixtures.worlds.shop.pictures import HOST, picture_links, picture_name
from ecom_fixtures.worlds.shop.records import records_of
from ecom_fixtures.worlds.shop.toolbox import ALWAYS, SPECS, spec_of


class ShopRules:
    """Implements `CallRules`, `Pictured`, `Recording`, `Meaning` and `Private`."""

    @cached_property
    def tools(self) -> Mapping[str, Tool]:
        return {
            spec.name: Tool(spec.name, spec.description, spec.schema(), only_reads=spec.reads_when == ALWAYS)
            for spec in SPECS.values()
        }

    def complete(self, call: Call, context: Mapping[str, str]) -> dict[str, Any]:
        fields = spec_of(call.tool).arguments.model_fields
        return {name: value for name, value in context.items() if name in fields} | call.arguments

    def normalise(self, tool: str, arguments: Arguments, *, partial: bool = False) -> dict[str, Any]:
        """Defaults are filled in, words are plain, amounts have two decimals, lists are sorted without repetitions;
        addresses, names and phone numbers are in the form in which states are compared.

        Of get_image_info only the picture counts, as its file name under ``picture``.
        """
        values = spec_of(tool).parse(arguments, partial).model_dump(exclude_unset=partial)
        if tool == "get_image_info":
            return {"picture": picture_name(values["history_messages"])} if "history_messages" in values else {}
        return meant({argument: _canonical(value) for argument, value in values.items()})

    def writes(self, tool: str, arguments: Arguments) -> bool:
        return tool in SPECS and SPECS[tool].writes(arguments)

    def ends(self, tool: str, arguments: Arguments) -> bool:
        return tool == "transfer_to_specialist"

    def aim(self, tool: str, arguments: Arguments) -> Hashable:
        """Tool, action and order."""
        try:
            known: Arguments = self.normalise(tool, arguments, partial=True)
        except ToolError:
            known = arguments
        return tool, str(known.get("action")), str(known.get("order_id"))

    def link(self, picture: str) -> str:
        return HOST + picture

    def links_in(self, text: str) -> Sequence[str]:
        return picture_links(text)

    def records(self, tool: str, arguments: Arguments, result: str) -> frozenset[str]:
        try:
            return records_of(tool, self.normalise(tool, arguments, partial=True), result)
        except ToolError:
            return frozenset()

    def same(self, state: Snapshot) -> Snapshot:
        return same(state)

    def whose(self, tool: str, arguments: Arguments) -> str | None:
        try:
            return self.normalise(tool, arguments, partial=True).get("user_id")
        except ToolError:
            return None


RULES = ShopRules()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    if isinstance(value, list):
        unique = {json.dumps(item, sort_keys=True): item for item in map(_canonical, value)}
        return [unique[key] for key in sorted(unique)]
    return value if value is None or isinstance(value, int) else spell(value)
