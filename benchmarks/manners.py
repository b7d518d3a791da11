"""How often the oracle is understood in many manners: 53 tasks x 40 by default, plain and strict.

python benchmarks/manners.py                       # the phrases that the rules were written with
python benchmarks/manners.py --book=my_phrases.toml  # phrases of another hand; keys as in reference/voices.toml
"""

from __future__ import annotations

import argparse
import asyncio
import time
import tomllib
from pathlib import Path

from ecom_fixtures.agents.reference.agent import ReferenceAgent
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.validity.base import Bench
from ecom_fixtures.validity.manners import why
from ecom_fixtures.worlds.shop.reference.oracle import Oracle
from ecom_fixtures.worlds.shop.reference.voice import drawn_voice


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manners", type=int, default=40, help="manners of each task")
    parser.add_argument("--book", type=Path, help="a TOML file of phrases; by default the package's own")
    parser.add_argument("--persona", default="random", help="an id, random, or empty for each task's own")
    options = parser.parse_args()
    asyncio.run(measure(Bench.of(Dataset.load(default_folder())), options))


async def measure(bench: Bench, options: argparse.Namespace) -> None:
    book = tomllib.loads(options.book.read_text(encoding="utf-8")) if options.book else None

    agent = ReferenceAgent(
        "oracle", lambda case: Oracle(bench.dataset.task(case.task_id), voice=drawn_voice(case.seed, book))
    )
    setup = bench.setup(agent, options.persona)
    started, solved, strict, total, longest = time.process_time(), 0, 0, 0, 0
    for task in bench.dataset.tasks:
        for number in range(options.manners):
            record = await run_trial(setup, Case(task.id, "", number + 1, task.number * 1000 + number))
            total, solved, strict = total + 1, solved + record.passed, strict + record.strict
            longest = max(longest, record.turns)
            if not record.strict:
                print(f"{task.id}, seed {record.seed}, {record.persona}: {why(record)}", flush=True)
    print(f"solved {solved:,} of {total:,} ({solved / total:.2%}), strictly {strict:,} ({strict / total:.2%})")
    print(f"longest dialogue {longest} turns, {(time.process_time() - started) / total:.3f} CPU-s a trial")


if __name__ == "__main__":
    main()
