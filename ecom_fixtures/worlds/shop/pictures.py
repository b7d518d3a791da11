"""How customers of the shop send pictures: links to its own host, of which only the file name counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecom_fixtures.errors import ToolError

HOST = "https://img.mapleway.example/"
_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"'()\[\]{}|`\\]*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.png")


def picture_links(text: str) -> Sequence[str]:
    """Return the links in ``text``, of whatever kind and host, each once, in their order."""
    return tuple(dict.fromkeys(link.rstrip(".,;:!?*_~") for link in _LINK.findall(text)))


def picture_link(text: str) -> str | None:
    """Return the first link in ``text`` that is the link of a picture, or None."""
    return next((link for link in picture_links(text) if _file_name(link)), None)


def picture_name(text: str) -> str:
    """Return the file name of the one picture that ``text`` links to.

    Raises:
        ToolError: no link, several links, or a link that isn't ``https://img.mapleway.example/NAME.png``.
    """
    links = picture_links(text)
    if not links:
        raise ToolError(f"history_messages holds no picture link; it starts with {HOST}.")
    if len(links) > 1:
        raise ToolError(f"history_messages holds {len(links)} links; ask about one picture at a time.")
    name = _file_name(links[0])
    if name is None:
        raise ToolError(f"{links[0]} is not the link of a picture; those read {HOST}NAME.png.")
    return name


def _file_name(link: str) -> str | None:
    name = link.removeprefix(HOST)
    return name if name != link and _NAME.fullmatch(name) else None
