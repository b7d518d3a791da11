"""One run put together from several: shards of a selection, or runs of different trials with the same settings."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from ecom_fixtures.dataset.cases import digest_of, in_turn
from ecom_fixtures.errors import EcomError
from ecom_fixtures.runs.alike import differences
from ecom_fixtures.runs.figures import figures_of
from ecom_fixtures.runs.folder import new_folder
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.runs.journal import JOURNAL, Index, Journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.pictures import PICTURES
from ecom_fixtures.runs.tasks import PlayedTasks


class MergeError(EcomError):
    """Runs can't be put together; the text says which, and why not."""


@dataclass(frozen=True)
class _Part:
    folder: Path
    manifest: Manifest
    tasks: PlayedTasks

    @property
    def shard(self) -> str:
        text: str = self.manifest.settings.get("shard", "")
        return text


def merge(folders: Sequence[Path], out: Path | None = None) -> Path:
    """Write the run that the runs in ``folders`` make together, and return its folder; they stay as they are.

    ``out`` is the new folder; without it, one beside the first run's. Neither summary nor page is written.

    Raises:
        MergeError: the runs don't make one, or ``out`` is there already.
        JournalError: a run's file is missing or broken.
    """
    parts = [_Part(folder, Manifest.read(folder), PlayedTasks.read(folder)) for folder in folders]
    for part in parts:
        # Reads all of its journal: nothing is written when a record is broken or of a trial that isn't planned.
        figures_of(part.folder)
    _check_apart(parts)
    _check_alike(parts)
    _check_shards(parts)
    _identity([part.manifest for part in parts])
    try:
        folder = _new_folder(parts[0], out)
        _write(folder, parts)
    except OSError as error:
        raise MergeError(f"{out or folders[0].parent}: a run can't be written there ({error.strerror})") from error
    return folder


def _new_folder(first: _Part, out: Path | None) -> Path:
    if out is None:
        return new_folder(first.folder.resolve().parent, f"{first.manifest.agent}-merged")
    out.mkdir(parents=True)
    return out


def _write(folder: Path, parts: Sequence[_Part]) -> None:
    with Journal(folder) as journal:
        for part in parts:
            index = Index(part.folder / JOURNAL)
            for record in index.lines(index):
                journal.append(record)
            if (part.folder / PICTURES).is_dir():
                shutil.copytree(part.folder / PICTURES, folder / PICTURES, dirs_exist_ok=True)
    tasks = _united([part.tasks for part in parts])
    tasks.write(folder)
    # Last, since it makes a run of the folder.
    _manifest(folder.name, [part.manifest for part in parts], tasks).write(folder)


def _check_apart(parts: Sequence[_Part]) -> None:
    """Make sure that no trial stands in two runs."""
    if len(parts) < 2:
        raise MergeError("to merge takes two runs or more; give the folder of each")
    for one, other in combinations(parts, 2):
        if one.folder.resolve() == other.folder.resolve() or one.manifest == other.manifest:
            raise MergeError(f"{other.folder}: this run is given twice")
        if doubled := set(one.manifest.cases) & set(other.manifest.cases):
            first = in_turn(doubled)[0].key
            raise MergeError(
                f"{_named(one)} and {_named(other)} have trials in common, {len(doubled)} of them, the first is "
                f"{first}; of a run and the one that resumes it, give the later alone"
            )


def _check_alike(parts: Sequence[_Part]) -> None:
    first = parts[0].manifest
    for part in parts[1:]:
        for found in differences(first, part.manifest):
            raise MergeError(
                f"{first.run} and {part.manifest.run} don't measure the same: {found.what} is {found.one} in the "
                f"first, {found.other} in the other"
            )


def _check_shards(parts: Sequence[_Part]) -> None:
    """Make sure that shards are of one selection, and that none is missing."""
    first = parts[0]
    for part in parts[1:]:
        if part.manifest.selected != first.manifest.selected:
            raise MergeError(
                f"{_named(first)} and {_named(part)} are of different selections; run all shards with the same "
                "-k, -m and test files"
            )
    cases = [case for part in parts for case in part.manifest.cases]
    # Not by the numbers alone: a shard of fewer trials than there are shards is empty, and makes no run.
    if not first.manifest.selected or digest_of(cases) == first.manifest.selected:
        return
    divided = {part.shard.partition("/")[2] for part in parts}
    if len(divided) > 1:
        raise MergeError(f"shards of different divisions don't make a whole: {', '.join(map(_named, parts))}")
    [of] = divided
    given = {part.shard for part in parts}
    missing = [shard for number in range(1, int(of) + 1) if (shard := f"{number}/{of}") not in given]
    raise MergeError(
        f"shard {missing[0]} is missing" if len(missing) == 1 else f"shards {', '.join(missing)} are missing"
    )


def _named(part: _Part) -> str:
    return f"{part.manifest.run} (shard {part.shard})" if part.shard else part.manifest.run


def _manifest(name: str, manifests: Sequence[Manifest], tasks: PlayedTasks) -> Manifest:
    """The first run's, but for what is of all of them."""
    seconds = [manifest.wall_seconds for manifest in manifests if manifest.wall_seconds is not None]
    place = {name: number for number, name in enumerate([*manifests[0].groups, *(task.id for task in tasks.tasks)])}
    cases = [case for manifest in manifests for case in manifest.cases]
    return manifests[0].model_copy(
        update={
            "run": name,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "settings": {**manifests[0].settings, "shard": "", "resume": ""},
            "processes": sum(manifest.processes for manifest in manifests),
            # As they are planned: trial by trial, in the order of the tasks' numbers and of an ablation's groups.
            "cases": tuple(
                sorted(cases, key=lambda case: (case.trial, place.get(case.task_id, 0), place.get(case.variant, 0)))
            ),
            "identity": _identity(manifests),
            "interrupted": any(manifest.interrupted for manifest in manifests),
            "stopped": next((manifest.stopped for manifest in manifests if manifest.stopped), ""),
            "wall_seconds": max(seconds) if len(seconds) == len(manifests) else None,
            "resumed": "",
            "rescored": "",
            "selected": "",
            "merged": tuple(manifest.run for manifest in manifests),
        }
    )


def _identity(manifests: Sequence[Manifest]) -> Identity | None:
    """The identity of all, which agree on the tasks that they share; None where one has none.

    None of an ablation too: a task's hash is over the personas whom the trials of that run meet, and what it is of all
    of them nobody knows any more.
    """
    known = [manifest.identity for manifest in manifests if manifest.identity]
    if len(known) < len(manifests) or any(case.variant for manifest in manifests for case in manifest.cases):
        return None
    tasks: dict[str, str] = {}
    for manifest, identity in zip(manifests, known, strict=True):
        for name, digest in identity.tasks.items():
            if tasks.setdefault(name, digest) != digest:
                raise MergeError(f"{manifest.run} measures another {name} than the runs before it")
    return Identity(tasks=dict(sorted(tasks.items())), run=known[0].run)


def _united(several: Sequence[PlayedTasks]) -> PlayedTasks:
    """The tasks of all, in the order of their numbers."""
    tasks = {task.id: task for one in several for task in one.tasks}
    personas = {persona.id: persona for one in several for persona in one.personas}
    return several[0].model_copy(
        update={
            "tasks": tuple(sorted(tasks.values(), key=lambda task: task.number)),
            "personas": tuple(personas[name] for name in sorted(personas)),
            "pictures": {link: name for one in several for link, name in one.pictures.items()},
        }
    )
