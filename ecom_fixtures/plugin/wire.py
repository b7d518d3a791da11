"""What goes between the controlling process and a worker of pytest-xdist: every message and every name, once.

The controller greets each worker by ``workerinput`` and adds a channel of execnet's. On it the worker tells at once
what it starts and what came of it, while the reports of its tests wait for one another. All is plain data: str,
numbers, tuple, dict.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecom_fixtures import __version__

if TYPE_CHECKING:
    from execnet import Channel

GREETING, LEFT = "ecom_fixtures", "ecom_left"

# A `Case`: task, variant, trial, seed.
PlainCase = tuple[str, str, int, int]


@dataclass(frozen=True)
class Greeting:
    """Controller to worker, before it collects: with which version, options and channel the run is made.

    ``settings`` are the fields of `Settings` without ``root``, which is each process's own. ``left`` are the trials
    that a resumed run still needs, None in any other.
    """

    version: str
    settings: dict[str, Any]
    channel: Channel
    left: tuple[PlainCase, ...] | None


@dataclass(frozen=True)
class Ready:
    """Worker to controller, when it has collected: the trials of its tests, by test id; all is set up for them.

    ``selected``, of a shard, see `Manifest`. ``fingerprint`` is what decides a verdict there. ``runs_ahead`` is false
    where xdist's queue can't be read.
    """

    trials: dict[str, PlainCase]
    selected: str
    fingerprint: dict[str, str]
    runs_ahead: bool


@dataclass(frozen=True)
class Unfit:
    """Worker to controller, in place of `Ready`: why it can't run its trials, as the rest of a sentence on it."""

    why: str


@dataclass(frozen=True)
class Started:
    """Worker to controller: a trial begins."""

    case: PlainCase


@dataclass(frozen=True)
class Ended:
    """Worker to controller: a trial has ended with this record, a line of JSON; its test may be reported much later."""

    case: PlainCase
    record: str


@dataclass(frozen=True)
class Settled:
    """Controller to worker: the record of a trial that a killed worker had started; its tests go to other workers."""

    case: PlainCase
    record: str


@dataclass(frozen=True)
class Stop:
    """Controller to worker: run no more trials; ``why`` is what their tests are skipped for."""

    why: str


Message = Ready | Unfit | Started | Ended | Settled | Stop
_KINDS: dict[str, type[Message]] = {kind.__name__: kind for kind in (Ready, Unfit, Started, Ended, Settled, Stop)}


def greet(
    workerinput: MutableMapping[str, Any],
    settings: dict[str, Any],
    channel: Channel,
    left: tuple[PlainCase, ...] | None,
) -> None:
    """Put the greeting into what xdist gives to a worker that is about to start."""
    workerinput[GREETING] = (__version__, settings, channel)
    # Apart, so that a worker of an older version still reads who greets it, and says that it is older.
    workerinput[LEFT] = left


def greeting_in(workerinput: MutableMapping[str, Any]) -> Greeting:
    """The greeting that this worker was given."""
    version, settings, channel = workerinput[GREETING]
    return Greeting(version, settings, channel, left=workerinput.get(LEFT))


def send(channel: Channel, message: Message) -> None:
    """Send at once, from any thread.

    Raises:
        OSError: the other side is gone.
    """
    channel.send((type(message).__name__, vars(message)))


def received(data: tuple[str, dict[str, Any]]) -> Message:
    """The message that came over a channel."""
    kind, fields = data
    return _KINDS[kind](**fields)
