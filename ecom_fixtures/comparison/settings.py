"""What the compared runs agree in, and where they differ: what is no comparison of agents any more, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ecom_fixtures.comparison.runs import Run
from ecom_fixtures.runs.manifest import Manifest

UNKNOWN = "not kept"


@dataclass(frozen=True)
class Setting:
    """A setting and its value in each run, in their order."""

    setting: str
    values: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return len(set(self.values)) == 1


@dataclass(frozen=True)
class Settings:
    """``agreeing`` are words for what is the same everywhere; ``measuring`` are the differences by which the runs
    measure different things, ``other`` the rest."""

    agreeing: tuple[str, ...]
    measuring: tuple[Setting, ...]
    other: tuple[Setting, ...]


def _chosen(name: str, unset: str = UNKNOWN) -> Callable[[Manifest], str]:
    def value(run: Manifest) -> str:
        found = run.settings.get(name)
        return unset if found in (None, "") else str(found)

    return value


def _fingerprint(name: str) -> Callable[[Manifest], str]:
    return lambda run: run.fingerprints[name][:8] if name in run.fingerprints else UNKNOWN


def _model(role: str, none: str) -> Callable[[Manifest], str]:
    return lambda run: str(run.models.get(role, none))


# Where these differ, a difference of the figures may come from them as well as from the agent.
MEASURING: Mapping[str, Callable[[Manifest], str]] = {
    "dataset": _fingerprint("dataset"),
    "world": _fingerprint("world"),
    "policy": _fingerprint("policy"),
    "prompts": _fingerprint("prompts"),
    "customer": lambda run: run.customer,
    "customer's model": _model("customer", "no model"),
    "persona": _chosen("persona", "each task's own"),
    "turns": _chosen("max_turns"),
    "time limit": lambda run: f"{run.settings['time_limit']:g} s" if "time_limit" in run.settings else UNKNOWN,
}
OTHER: Mapping[str, Callable[[Manifest], str]] = {
    "pictures read by": _chosen("vision", "the texts beside them"),
    "agent's model": _model("agent", "no preset"),
    "trials of each task": _chosen("count"),
    "seed": _chosen("seed"),
    "trials at a time, per process": _chosen("concurrency"),
    "processes": lambda run: str(run.processes),
    "Python": lambda run: run.python,
    "platform": lambda run: run.platform,
}
# How it is said that all runs agree in these; other agreements need no word.
SAID = {
    "dataset": "dataset",
    "world": "world",
    "policy": "policy",
    "prompts": "prompts",
    "customer": "customer ({})",
    "persona": "persona ({})",
    "turns": "at most {} turns",
    "time limit": "at most {} a trial",
    "pictures read by": "pictures read by {}",
    "trials of each task": "{} trials of each task",
}


def settings_of(runs: Sequence[Run]) -> Settings:
    """Compare the settings of ``runs``, in their order."""
    manifests = [run.manifest for run in runs]
    packages = sorted({package for manifest in manifests for package in manifest.versions})
    measuring, other = _read(MEASURING, manifests), _read(OTHER, manifests)
    versions = _read({package: _version(package) for package in packages}, manifests)
    same = {one.setting: one.values[0] for one in (*measuring, *other) if one.agrees and one.values[0] != UNKNOWN}
    agreeing = [SAID[name].format(text) for name, text in same.items() if name in SAID]
    if packages and all(one.agrees for one in versions):
        agreeing.append("versions of all packages")
    return Settings(
        agreeing=tuple(agreeing),
        measuring=tuple(one for one in measuring if not one.agrees),
        other=tuple(one for one in (*other, *versions) if not one.agrees),
    )


def _read(table: Mapping[str, Callable[[Manifest], str]], runs: Sequence[Manifest]) -> list[Setting]:
    return [Setting(name, tuple(of(run) for run in runs)) for name, of in table.items()]


def _version(package: str) -> Callable[[Manifest], str]:
    return lambda run: run.versions.get(package, "not installed")
