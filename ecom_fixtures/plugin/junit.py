"""What JUnit's XML says beside pytest's own: properties of each trial, and of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.junitxml import xml_key

if TYPE_CHECKING:
    from ecom_fixtures.dataset.tasks import Task
    from ecom_fixtures.gate.outcome import Exit
    from ecom_fixtures.runs.figures import Figures
    from ecom_fixtures.trial.record import Record
    from ecom_fixtures.worlds.words import Words


def trial_properties(record: Record, words: Words, task: Task) -> list[tuple[str, str]]:
    """What a test's report says of its trial, in small texts: they travel between processes with every report."""
    from ecom_fixtures.reporting.explain import reason
    from ecom_fixtures.runs.figures import failed_dimensions
    from ecom_fixtures.runs.files import clean

    used = record.agent_usage
    properties = {
        "task": record.task,
        "variant": record.variant,
        "trial": str(record.trial),
        "outcome": record.outcome.value,
        "class": record.failure.kind.value if record.failure else "",
        "reason": "" if record.passed else clean(reason(record, words, task)),
        "wrong": ", ".join(failed_dimensions(record)),
        "seconds": f"{record.seconds:.3f}",
        "input_tokens": str(used.input_tokens or ""),
        "output_tokens": str(used.output_tokens or ""),
    }
    return [(name, value) for name, value in properties.items() if value]


def add_suite_properties(config: pytest.Config, figures: Figures, final: Exit) -> None:
    """Let JUnit's file, where there is one, hold the run's figures and its decision.

    By what the fixture ``record_testsuite_property`` calls, since outside of a test there is no other way.
    """
    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    xml.add_global_property("run", figures.run)
    for point in figures.pass_k:
        ends = {"": point.value} if point.value is not None else {" worst": point.worst, " best": point.best}
        for which, value in ends.items():
            xml.add_global_property(f"pass^{point.k}{which}", f"{value:.4f}")
    for outcome, count in figures.outcomes.items():
        xml.add_global_property(outcome.value, count)
    xml.add_global_property("missing", figures.missing)
    xml.add_global_property("exit", final.status)
    xml.add_global_property("reason", final.reason)
