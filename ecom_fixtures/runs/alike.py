"""Whether two runs measure the same, so that trials of both may stand in one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ecom_fixtures.runs.manifest import Manifest

# The options, by their field in `Settings`, that decide what is measured. The dataset's folder isn't one of them: what
# stands in it is compared instead.
DECIDING = ("agent", "customer", "count", "seed", "max_turns", "time_limit", "persona", "vision")


@dataclass(frozen=True)
class Difference:
    """In what two runs differ, and what it is in each of them."""

    what: str
    one: Any
    other: Any


def differences(one: Manifest, other: Manifest) -> Iterator[Difference]:
    """What the trials of two runs were decided by and that isn't the same in both."""
    here, there = _deciding(one), _deciding(other)
    if one.identity and other.identity:
        # Behind the others: another version has other tools, and is what a person would name.
        here, there = ({**each, **run, **each} for each, run in ((here, one.identity.run), (there, other.identity.run)))
    for what in dict.fromkeys([*here, *there]):
        if here.get(what) != there.get(what):
            yield Difference(what, here.get(what) or "none", there.get(what) or "none")


def _deciding(manifest: Manifest) -> dict[str, Any]:
    """Where two of them differ in several ways, the first is the one that a person would name."""
    # The customer's name, since none that is given may be the one that is.
    settings = {**manifest.settings, "agent": manifest.agent, "customer": manifest.customer}
    prints = {name: manifest.fingerprints.get(name, "")[:8] for name in ("world", "policy", "dataset")}
    return {
        "version of ecom-fixtures": manifest.versions.get("ecom-fixtures"),
        **{f"--{name.replace('_', '-')}": settings.get(name) for name in DECIDING},
        **{f"model of the {role}": _model(manifest, role) for role in ("agent", "customer", "vision")},
        "world": f"{manifest.world} {prints['world']}",
        "policy": prints["policy"],
        "dataset": prints["dataset"],
    }


def _model(manifest: Manifest, role: str) -> str:
    return str(manifest.models.get(role, ""))
