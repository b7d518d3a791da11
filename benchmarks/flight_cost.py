"""Trials in flight while a real endpoint takes its time: how far from the ideal, in one process and on two workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from measuring import Checkout, Figure, Plan
from slow_endpoint import SlowEndpoint

COUNT = 3


@dataclass(frozen=True)
class Flight:
    """``span`` is from the first model call to the last answer, ``wall`` the whole session's, both in seconds."""

    calls: int
    span: float
    wall: float


def trials_in_flight(plan: Plan) -> Iterator[Figure]:
    """Wall time against calls x latency / trials in flight, which is what a harness that costs nothing would take."""
    spans: dict[int, list[float]] = {}
    for workers in (0, 2):
        results = plan.interleaved(partial(_fly, plan, workers), 1)
        flights = [only for [only] in results]
        spans[workers] = [flight.span for flight in flights]
        ideal = [flight.calls * plan.latency / plan.in_flight for flight in flights]
        name = f"{plan.in_flight} in flight, -n {workers}"
        ratios = [flight.span / best for flight, best in zip(flights, ideal, strict=True)]
        yield Figure(f"{name}: wall time / (calls x {plan.latency:g} s / in flight)", "", ratios)
        yield Figure(f"{name}: the wall time", "s", spans[workers], digits=1)
        yield Figure(f"{name}: the whole session's", "s", [flight.wall for flight in flights], digits=1)
        if workers == 0:
            yield Figure(f"{name}: model calls", "", [flight.calls for flight in flights], digits=0)
    slower = [100 * (two / one - 1) for one, two in zip(spans[0], spans[2], strict=True)]
    yield Figure("-n 2 is slower than -n 0 by", "%", slower, 10, digits=0)


def _fly(plan: Plan, workers: int, checkout: Checkout) -> Flight:
    """All tasks x 3 in dialogues of one turn; none is solved, which takes as long."""
    with SlowEndpoint(plan.latency) as endpoint:
        session = checkout.pytest(
            f"--agent=openai:slow@{endpoint.url}",
            "--customer=agenda",
            "--max-turns=1",
            f"--count={COUNT}",
            f"--concurrency={plan.in_flight // max(1, workers)}",
            *(("-n", str(workers)) if workers else ()),
        )
        return Flight(endpoint.calls, endpoint.span, session.wall)
