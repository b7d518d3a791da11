"""What a simulated customer is, and the line that ends a dialogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ecom_fixtures.dataset.tasks import Persona, Task
from ecom_fixtures.trajectory import Event, Usage
from ecom_fixtures.worlds.base import CallRules, Pictured
from ecom_fixtures.worlds.naming import Catalogue, Deed

STOP = "###STOP###"


@dataclass(frozen=True)
class Role:
    """Whom a customer plays: the task, the persona, the dataset's guide for customers, the world's rules, a seed.

    ``catalogue`` holds what the customer may speak of, ``deeds`` what the changes of each intent come to, by its id.
    """

    task: Task
    persona: Persona
    guide: str
    rules: CallRules
    seed: int
    catalogue: Catalogue = field(default_factory=lambda: Catalogue({}))
    deeds: Mapping[str, tuple[Deed, ...]] = field(default_factory=dict)

    def link(self, picture: str) -> str:
        """How the customer writes a picture in a message."""
        return self.rules.link(picture) if isinstance(self.rules, Pictured) else picture


@dataclass(frozen=True)
class Turn:
    """What the customer says next; ``stop`` ends the dialogue after it. ``through`` is false for a stop too early.

    ``intent`` is the one that it belongs to, ``acts`` what it does for it, both as `Message` has them.
    """

    text: str
    stop: bool = False
    through: bool = True
    usage: Usage = Usage()
    intent: str = ""
    acts: tuple[str, ...] = ()


class Customer(Protocol):
    """A simulated customer."""

    async def respond(self, events: Sequence[Event]) -> Turn:
        """The next message, given all that was said and done so far.

        Raises:
            CustomerFault: the customer can't go on.
            InfraError: the customer's endpoint failed.
        """
        ...


class CustomerSpec(Protocol):
    """A customer as chosen on the command line."""

    @property
    def name(self) -> str: ...

    def check(self) -> None:
        """Raise SettingsError when the customer can't run."""
        ...

    def play(self, role: Role) -> Customer:
        """One customer for one trial."""
        ...


def split_stop(text: str) -> tuple[str, bool]:
    """``text`` without ###STOP###, and whether it held it. Text beside it is kept, on the same line too."""
    return split_mark(text, STOP)


def split_mark(text: str, mark: str) -> tuple[str, bool]:
    """``text`` without ``mark`` in whatever disfigurement models write it, and whether it held it.

    It may have fewer or more signs, blanks within them, Markdown's emphasis or a fence around it, a stop behind it.
    """
    word = re.escape(mark.strip("#"))
    rest, marks = re.subn(
        rf"\n?(?:```\w*\n)?[*_`]{{0,3}}#{{1,6}} ?{word} ?#{{1,6}}[*_`]{{0,3}}\.?(?:\n```)?",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return "\n".join(line.strip() for line in rest.splitlines()).strip(), marks > 0
