"""Peak memory of a small run and of a large one, by the reference agent that makes mistakes, on two workers."""

from __future__ import annotations

from collections.abc import Iterator

from measuring import Checkout, Figure, Plan, Session


def peaks(plan: Plan) -> Iterator[Figure]:
    """Peak memory (RSS) of the controller and of the larger worker, and by how much a larger run raises it."""

    def measure(checkout: Checkout) -> list[Session]:
        return [checkout.pytest("-n", "2", "--agent=apprentice", f"--count={count}") for count in plan.counts]

    results = [only for [only] in plan.interleaved(measure, 1)]
    for what, peak in {"controller": _controller, "larger worker": _worker}.items():
        small, large = zip(*((peak(small), peak(large)) for small, large in results), strict=True)
        for count, values in zip(plan.counts, (small, large), strict=True):
            yield Figure(f"peak memory of the {what}, all tasks x {count}, -n 2", "MB", values, digits=0)
        more = [most - least for least, most in zip(small, large, strict=True)]
        yield Figure("the second above the first", "MB", more, 40 if what == "controller" else None, digits=0)


def _controller(session: Session) -> float:
    return float(session.probes["controller"]["peak"])


def _worker(session: Session) -> float:
    return max(float(probe["peak"]) for name, probe in session.probes.items() if name != "controller")
