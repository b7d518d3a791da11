"""Every check by its name, run on one dataset and shown a line each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.errors import SettingsError
from ecom_fixtures.reporting.words import counted
from ecom_fixtures.trial.setup import check_tasks
from ecom_fixtures.validity.base import Bench, Check, Finding
from ecom_fixtures.validity.dialogues import not_by_luck, pictures_count, solvable
from ecom_fixtures.validity.manners import any_manner, right_calls_are_not_enough
from ecom_fixtures.validity.truth import every_wrong_turn_is_caught, truth_obeys_policy
from ecom_fixtures.validity.words import unguessable
from ecom_fixtures.validity.worlds import books_are_in_order, customs_are_kept, reads_are_pure, trials_are_isolated

CHECKS: Mapping[str, Check] = {
    "the books are in order": books_are_in_order,
    "the truth obeys the policy": truth_obeys_policy,
    "answers can't be guessed": unguessable,
    "the built-in dataset's customs": customs_are_kept,
    "look-ups change nothing": reads_are_pure,
    "trials are isolated": trials_are_isolated,
    "every wrong turn is caught": every_wrong_turn_is_caught,
    "the oracle solves all": solvable,
    "any manner solves all": any_manner,
    "right calls aren't enough": right_calls_are_not_enough,
    "no luck: agents": not_by_luck,
    "no luck: pictures": pictures_count,
}
MOST_SHOWN = 20


def check_dataset(folder: Path, only: str = "") -> int:
    """Run the checks whose name holds ``only`` on the dataset in ``folder``, print what they find, return the status.

    0 when something was checked and all of it holds, else 1.

    Raises:
        DatasetError: the dataset can't be read or played.
        SettingsError: no check has such a name.
    """
    checks = {name: check for name, check in CHECKS.items() if only.casefold() in name.casefold()}
    if not checks:
        raise SettingsError(f"no check's name holds {only!r}; the names are: {', '.join(CHECKS)}")
    dataset = Dataset.load(folder)
    bench = Bench.of(dataset)
    check_tasks(bench.oracle, dataset.tasks)
    print(f"{folder}: {_size(bench)}\n", flush=True)
    return _sum_up(asyncio.run(_run(bench, checks)))


async def _run(bench: Bench, checks: Mapping[str, Check]) -> list[Finding]:
    findings = []
    for name, check in checks.items():
        started = time.perf_counter()
        findings.append(await check(bench))
        _show(name, findings[-1], time.perf_counter() - started)
    return findings


def _show(name: str, finding: Finding, seconds: float) -> None:
    mark = "FAIL" if finding.failed else "ok" if finding.passed else "--"
    count = f"{finding.held:>6,} of {finding.total:>6,}" if finding.total else "nothing to check"
    note = f"  ({finding.note})" if finding.note else ""
    print(f"{mark:4}  {count}  {seconds:6.1f} s  {name}{note}", flush=True)
    for line in finding.broken[:MOST_SHOWN]:
        print(f"        {line}")
    if len(finding.broken) > MOST_SHOWN:
        print(f"        ... and {len(finding.broken) - MOST_SHOWN} more")


def _sum_up(findings: list[Finding]) -> int:
    held, failed = sum(finding.passed for finding in findings), sum(finding.failed for finding in findings)
    idle = len(findings) - held - failed
    parts = [f"{counted(held, 'check holds', 'checks hold')}" if held or failed else "nothing was checked"]
    parts += [f"{failed} {'does' if failed == 1 else 'do'} not"] if failed else []
    parts += [f"{idle} had nothing to check"] if idle and len(findings) > idle else []
    print(f"\n{', '.join(parts)}")
    return 0 if held and not failed else 1


def _size(bench: Bench) -> str:
    dataset = bench.dataset
    sizes = {"tasks": len(dataset.tasks), "personas": len(dataset.personas), **bench.source.size}
    return ", ".join(counted(size, what.removesuffix("s")) for what, size in sizes.items())
