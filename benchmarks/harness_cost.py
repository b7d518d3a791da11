"""What the harness itself costs, beside its targets: `python benchmarks/harness_cost.py [PART ...]`.

Nothing here asserts a time: a slow machine is no failure. Every part measures in fresh processes.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import date

import page_cost
import session_cost
import trial_cost
from measuring import Figure

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "trial": trial_cost.cpu_per_trial,
    "flight": trial_cost.trials_in_flight,
    "collect": session_cost.collect_and_help,
    "idle": session_cost.unrelated_session,
    "page": page_cost.page,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the chosen parts as a Markdown table."""
    parser = argparse.ArgumentParser(description="Measure what the harness costs and print it beside the targets.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}\n")
    print("| part | figure | measured | target | |\n|---|---|---:|---:|---|", flush=True)
    for part in chosen:
        for figure in PARTS[part]():
            print(f"| {part} {figure.row()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
