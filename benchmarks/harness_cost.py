"""What the harness itself costs: `python benchmarks/harness_cost.py [PART ...] [--checkout DIR ...]`.

Nothing here asserts a time: a slow machine is no failure. Everything is measured from outside, in sessions that are
processes of their own, so that checkouts of different ages can be measured side by side.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import flight_cost
import memory_cost
import page_cost
import session_cost
import trial_cost
from measuring import HERE, Checkout, Figure, Plan

PARTS: dict[str, Callable[[Plan], Iterator[Figure]]] = {
    "trial": trial_cost.cpu_per_trial,
    "flight": flight_cost.trials_in_flight,
    "memory": memory_cost.peaks,
    "collect": session_cost.collect_and_help,
    "idle": session_cost.unrelated_session,
    "page": page_cost.page,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the chosen parts as a Markdown table, a column per checkout."""
    chosen = _arguments(arguments)
    with tempfile.TemporaryDirectory() as folder:
        checkouts = [Checkout(root.resolve(), Path(folder)) for root in chosen.checkout or [HERE.parent]]
        for checkout in checkouts:
            # Not measured: afterwards all of it is compiled, and in the system's cache.
            session = checkout.pytest("--agent=oracle")
            print(f"{checkout.label}: {session.probes['controller']['package']}", file=sys.stderr)
        print(f"{date.today()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}\n")
        labels = [checkout.label for checkout in checkouts]
        heads = [*labels, *(["ratio"] if len(labels) == 2 else []), "target", ""]
        print(f"| part | figure | {' | '.join(heads)} |\n|---|---|{'---:|' * (len(heads) - 1)}---|", flush=True)
        plan = Plan(checkouts, chosen.rounds, tuple(chosen.counts), chosen.in_flight, chosen.latency)
        for part in chosen.parts or PARTS:
            for figure in PARTS[part](plan):
                print(f"| {part} {figure.row()}", flush=True)
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what the harness costs and print it beside the targets.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument(
        "--checkout", action="append", type=Path, metavar="DIR", help="measure this one; may be given several times"
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="times that CPU is measured (default: 3)")
    parser.add_argument(
        "--counts", type=int, nargs=2, default=(2, 32), metavar="N", help="memory: trials per task (default: 2 32)"
    )
    parser.add_argument("--in-flight", type=int, default=32, metavar="N", help="flight: trials (default: 32)")
    parser.add_argument("--latency", type=float, default=1.0, metavar="S", help="flight: seconds a call (default: 1)")
    chosen = parser.parse_args(arguments)
    if unknown := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
