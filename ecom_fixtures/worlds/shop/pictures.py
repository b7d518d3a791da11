"""Pictures that customers send: finding their links, and reading what they show from files, never from the net."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ecom_fixtures.dataset.files import read_yaml
from ecom_fixtures.errors import ToolError
from ecom_fixtures.values import Model

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


class PictureReader(Protocol):
    """Whoever can say what a picture shows."""

    async def read(self, link: str, question: str) -> dict[str, Any]:
        """Return what the picture behind the one link in ``link`` shows.

        Raises:
            ToolError: there is no such picture.
        """


class Sidecar(Model):
    """NAME.yaml beside NAME.png: what a careful reader would make of the picture."""

    kind: str
    shows: str
    fields: dict[str, Any]


class SidecarReader:
    """Answers from the texts beside the pictures in ``folder``, whatever the question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._read: dict[str, Sidecar] = {}

    async def read(self, link: str, question: str) -> dict[str, Any]:
        """Return ``{"shows": ..., "fields": ...}``.

        Raises:
            ToolError: the folder has no such picture.
            DatasetError: the text beside the picture is missing or wrong.
        """
        name = picture_name(link)
        sidecar = self._read.get(name)
        if sidecar is None:
            sidecar = self._read[name] = self._load(name)
        return sidecar.model_dump(mode="json", include={"shows", "fields"})

    def _load(self, name: str) -> Sidecar:
        picture = self._folder / name
        # A symbolic link would lead out of the folder.
        if not picture.is_file() or picture.resolve() != picture:
            raise ToolError(f"There is no picture at {HOST}{name}.")
        return read_yaml(picture.with_suffix(".yaml"), Sidecar)


def _file_name(link: str) -> str | None:
    name = link.removeprefix(HOST)
    return name if name != link and _NAME.fullmatch(name) else None
