"""What the compared runs agree in, and where they differ: what is no comparison of agents any more, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ecom_fixtures.comparison.runs import Run
from ecom_fixtures.reporting.words import duration
from ecom_fixtures.runs.manifest import Manifest

UNKNOWN = "not kept"


@dataclass(frozen=True)
class Difference:
    """A setting in which runs differ, and its value in each run, in their order."""

    setting: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """``agreeing`` are words for what is the same everywhere; ``measuring`` are the differences by which the runs
    measure different things, ``other`` the rest."""

    agreeing: tuple[str, ...]
    measuring: tuple[Difference, ...]
    other: tuple[Difference, ...]


def _setting(name: str, unset: str = UNKNOWN) -> Callable[[Manifest], str]:
    def value(run: Manifest) -> str:
        found = run.settings.get(name)
        return unset if found in (None, "") else str(found)

    return value


def _fingerprint(name: str) -> Callable[[Manifest], str]:
    return lambda run: run.fingerprints[name][:8] if name in run.fingerprints else UNKNOWN


def _model(role: str, none: str) -> Callable[[Manifest], str]:
    return lambda run: f"{run.models[role].model} at {run.models[role].base_url}" if role in run.models else none


# Where these differ, a difference of the figures may come from them as well as from the agent.
MEASURING: Mapping[str, Callable[[Manifest], str]] = {
    "dataset": _fingerprint("dataset"),
    "world": _fingerprint("world"),
    "policy": _fingerprint("policy"),
    "prompts": _fingerprint("prompts"),
    "customer": lambda run: run.customer,
    "customer's model": _model("customer", "no model"),
    "persona": _setting("persona", "each task's own"),
    "turns": _setting("max_turns"),
    "time limit": lambda run: duration(run.settings.get("time_limit")),
}
OTHER: Mapping[str, Callable[[Manifest], str]] = {
    "pictures read by": _setting("vision", "the texts beside them"),
    "agent's model": _model("agent", "no preset"),
    "trials of each task": _setting("count"),
    "seed": _setting("seed"),
    "trials at a time, per process": _setting("concurrency"),
    "processes": lambda run: str(run.processes),
    "Python": lambda run: run.python,
    "platform": lambda run: run.platform,
}
# How each of these is said where all runs agree in it; the value of the others says nothing to a reader.
SAID = {
    "customer": "customer ({})",
    "persona": "persona ({})",
    "turns": "at most {} turns",
    "time limit": "at most {} a trial",
    "pictures read by": "pictures read by {}",
    "seed": "seed {}",
    "trials of each task": "{} trials of each task",
}


def settings_of(runs: Sequence[Run]) -> Settings:
    """Compare the settings of ``runs``, in their order."""
    manifests = [run.manifest for run in runs]
    packages = sorted({package for manifest in manifests for package in manifest.versions})
    versions: dict[str, Callable[[Manifest], str]] = {package: _version(package) for package in packages}
    measuring, other = _compare(MEASURING, manifests), _compare({**OTHER, **versions}, manifests)
    shown = [name for name in (*MEASURING, *SAID) if name in measuring or name in other]
    same = {one.setting: one.values[0] for one in (measuring | other).values() if len(set(one.values)) == 1}
    words = [SAID.get(name, name).format(same[name]) for name in dict.fromkeys(shown) if same.get(name, UNKNOWN) != UNKNOWN]
    if all(package in same for package in packages):
        words.append("the versions of all packages")
    return Settings(
        agreeing=tuple(word for word in words if word != "customer's model"),
        measuring=tuple(one for one in measuring.values() if len(set(one.values)) > 1),
        other=tuple(one for one in other.values() if len(set(one.values)) > 1),
    )


def _compare(table: Mapping[str, Callable[[Manifest], str]], runs: Sequence[Manifest]) -> dict[str, Difference]:
    return {name: Difference(name, tuple(of(run) for run in runs)) for name, of in table.items()}


def _version(package: str) -> Callable[[Manifest], str]:
    return lambda run: run.versions.get(package, "not installed")
