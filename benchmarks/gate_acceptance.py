"""Whether the gate does what its statistics promise of it, from end to end: `python benchmarks/gate_acceptance.py`.

Counts: the share of alarms where the oracle, who solves everything, makes a mistake in 1 % of its trials; predicted by
the power's closed form and by the binomial distribution, and found by simulation. Runs (--runs): the apprentice with
seed 1 against a baseline of its seed 0, all tasks with 8 trials each, in real sessions of about a minute each.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from math import comb, sqrt
from pathlib import Path

from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.gate import decide
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.power import power_against

ROOT = Path(__file__).resolve().parents[1]
TASKS, TRIALS, MISTAKES = 53, 8, 0.01


def counts(failed: Sequence[int]) -> list[TaskCount]:
    """One task for each number of failed trials."""
    return [TaskCount(f"task {n}", TRIALS - failures, TRIALS, TRIALS) for n, failures in enumerate(failed)]


def alarms(failed: Sequence[int]) -> bool:
    """Whether the gate fails a run with so many failures, against a baseline that solved everything."""
    return decide(counts([0] * TASKS), counts(failed)).ruling is Ruling.FAILS


def closed_form() -> float:
    power = power_against(counts([0] * TASKS))
    assert power
    return power.of(MISTAKES, TRIALS)


def binomial() -> float:
    """The chance of as many failures as alarm the gate when each is in a task of its own."""
    trials = TASKS * TRIALS
    alarming = next(n for n in range(1, TASKS) if alarms([1] * n + [0] * (TASKS - n)))
    chances = (comb(trials, n) * MISTAKES**n * (1 - MISTAKES) ** (trials - n) for n in range(alarming))
    return 1 - sum(chances)


def simulated(pairs: int, seed: int = 0) -> float:
    chance = random.Random(seed)
    runs = ([sum(chance.random() < MISTAKES for _ in range(TRIALS)) for _ in range(TASKS)] for _ in range(pairs))
    return sum(map(alarms, runs)) / pairs


def apprentice_against_itself() -> str:
    """The last line of a real session against the baseline of another."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/baseline.json"
        common = ("--agent=apprentice", f"--count={TRIALS}", "-q", f"--ecom-reports={folder}")
        for more in ((f"--save-baseline={file}", "--seed=0"), (f"--baseline={file}", "--seed=1")):
            command = [sys.executable, "-m", "pytest", *common, *more]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return done.stdout.rstrip().splitlines()[-1]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=2_000, help="simulated pairs of runs (default: %(default)s)")
    parser.add_argument("--runs", action="store_true", help="make the real runs too")
    options = parser.parse_args(arguments)
    share = simulated(options.pairs)
    error = sqrt(share * (1 - share) / options.pairs)
    print(f"oracle with a mistake in {100 * MISTAKES:.0f} % of its trials, {TASKS} tasks, {TRIALS} trials each")
    print(f"predicted by the closed form of the power  {100 * closed_form():.1f} %")
    print(f"predicted by the binomial distribution     {100 * binomial():.1f} %")
    print(f"simulated on counts                        {100 * share:.1f} ± {100 * error:.1f} %")
    if options.runs:
        print(f"apprentice, seed 1 against seed 0: {apprentice_against_itself()}")


if __name__ == "__main__":
    main()
