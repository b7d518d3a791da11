"""Checks on the world: look-ups change nothing, trials don't touch each other, the books are in order."""

from __future__ import annotations

from ecom_fixtures.evaluation.play import play
from ecom_fixtures.validity.base import Bench, Finding, tally

# How many look-ups are made between two comparisons of the whole world.
BATCH = 25


async def reads_are_pure(bench: Bench) -> Finding:
    """Every look-up that can be made leaves the world as it was."""
    task, results = bench.dataset.tasks[0], []
    reads = list(bench.source.reads())
    before = (await play(bench.source, task, ())).state
    for start in range(0, len(reads), BATCH):
        batch = reads[start : start + BATCH]
        pure = (await play(bench.source, task, batch)).state == before
        results += [(f"{call}, or one of {BATCH} look-ups around it", pure) for call in batch]
    return tally(results, nothing="the world has nothing to look up")


async def trials_are_isolated(bench: Bench) -> Finding:
    """After any task has been solved, a fresh world is what it was before."""
    results = []
    before = {task.id: (await play(bench.source, task, ())).state for task in bench.dataset.tasks}
    setup = bench.setup("oracle")
    for task in bench.dataset.tasks:
        await bench.run(setup, task)
        after = (await play(bench.source, task, ())).state
        results.append((f"a copy after {task.id}", after == before[task.id]))
    return tally(results)


async def books_are_in_order(bench: Bench) -> Finding:
    """No two facts of the world contradict each other, and every task finds its customer in it."""
    return tally(list(await bench.source.house_rules()))


async def customs_are_kept(bench: Bench) -> Finding:
    """The built-in dataset keeps to its own customs and makes use of all that its world has; others need not."""
    if not bench.built_in:
        return tally([], nothing="only for the built-in dataset")
    return tally(list(bench.source.customs()))
