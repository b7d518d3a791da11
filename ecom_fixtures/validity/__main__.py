"""``python -m ecom_fixtures.validity [DIR]``: run every check on a dataset and print them as a table."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.evaluation.truth import check_task
from ecom_fixtures.validity.base import Bench, Check, Finding
from ecom_fixtures.validity.coverage import covers, tags
from ecom_fixtures.validity.dialogues import not_by_luck, pictures_count, solvable
from ecom_fixtures.validity.shopkeeping import books_are_in_order, reads_are_pure, trials_are_isolated
from ecom_fixtures.validity.truth import every_wrong_turn_is_caught, truth_obeys_policy
from ecom_fixtures.validity.words import unguessable

CHECKS: tuple[Check, ...] = (
    books_are_in_order,
    truth_obeys_policy,
    unguessable,
    covers,
    reads_are_pure,
    trials_are_isolated,
    every_wrong_turn_is_caught,
    solvable,
    not_by_luck,
    pictures_count,
)
MOST_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when every check holds, 1 when one doesn't, 2 when the dataset can't be read."""
    parser = argparse.ArgumentParser(prog="python -m ecom_fixtures.validity", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder(), metavar="DIR", help="the dataset")
    parser.add_argument("-k", dest="only", default="", metavar="TEXT", help="only the checks whose name holds TEXT")
    options = parser.parse_args(arguments)
    try:
        return run_checks(options.folder, options.only)
    except DatasetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def run_checks(folder: Path, only: str) -> int:
    """Run the checks whose function's name holds ``only``; the exit status."""
    return asyncio.run(_run(folder, only))


async def _run(folder: Path, only: str) -> int:
    dataset = Dataset.load(folder)
    bench = Bench.of(dataset)
    for task in dataset.tasks:
        check_task(task, dataset, bench.source.rules)
    sizes = {"tasks": len(dataset.tasks), "personas": len(dataset.personas), **bench.source.size}
    print(f"{folder}: {', '.join(f'{size} {what}' for what, size in sizes.items())}\n")
    failed = 0
    for check in CHECKS:
        if only in check.__name__:
            started = time.perf_counter()
            finding = await check(bench)
            _show(finding, time.perf_counter() - started)
            failed += not finding.passed
    print("\ntags: " + ", ".join(f"{tag} {count}" for tag, count in tags(bench).most_common()))
    print(f"\n{'every check holds' if not failed else f'{failed} checks do not hold'}")
    return 1 if failed else 0


def _show(finding: Finding, seconds: float) -> None:
    mark = "ok  " if finding.passed else "FAIL"
    note = f"  ({finding.note})" if finding.note else ""
    print(f"{mark}  {finding.held:>6,} of {finding.total:>6,}  {seconds:6.1f} s  {finding.name}{note}", flush=True)
    for line in finding.broken[:MOST_SHOWN]:
        print(f"        {line}")
    if len(finding.broken) > MOST_SHOWN:
        print(f"        ... and {len(finding.broken) - MOST_SHOWN} more")


if __name__ == "__main__":
    sys.exit(main())
