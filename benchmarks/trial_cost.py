"""What an oracle trial costs, and how much one does: all tasks several times, less all tasks once."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean

from measuring import Checkout, Figure, Plan, Session

FEW, MANY = 1, 5


def cpu_per_trial(plan: Plan) -> Iterator[Figure]:
    """CPU of a trial with its test, its line of the journal and its place in the page; start-up cancels out."""

    def measure(checkout: Checkout) -> tuple[Session, Session]:
        return _oracle(checkout, FEW), _oracle(checkout, MANY)

    results = plan.interleaved(measure, plan.rounds)
    spent, records = [], [rounds[0][1].records() for rounds in results]
    for rounds, done in zip(results, records, strict=True):
        # The least of each, since whatever else the machine does only ever adds.
        few, many = (min(sessions, key=lambda session: session.cpu) for sessions in zip(*rounds, strict=True))
        spent.append(1000 * (many.cpu - few.cpu) / (len(done) * (MANY - FEW) / MANY))
    yield Figure("CPU per oracle trial", "ms", spent, 100, digits=1)
    calls = [mean(record["agent_usage"]["calls"] for record in done) for done in records]
    yield Figure("model calls per trial", "", calls, digits=1)
    tools = [mean(sum(event["kind"] == "tool" for event in record["events"]) for record in done) for done in records]
    yield Figure("tool calls per trial", "", tools, digits=1)


def _oracle(checkout: Checkout, count: int) -> Session:
    return checkout.pytest("--agent=oracle", f"--count={count}", "--fail-on=trial")
