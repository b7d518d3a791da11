"""What a pytest session does with baselines: checks them before any trial, compares and saves at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import GateError
from ecom_fixtures.gate.against import Comparison, Terms, check_comparable, compare
from ecom_fixtures.gate.baseline import Baseline
from ecom_fixtures.gate.conditions import Conditions
from ecom_fixtures.gate.finished import FinishedRun
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.settings import Settings


@dataclass(frozen=True)
class Closing:
    """What came of the options at the end of a session: the comparison, where ``--baseline`` was given; the file that
    ``--save-baseline`` has written; and in a sentence each what was asked for and couldn't be done."""

    comparison: Comparison | None = None
    saved: str = ""
    problems: tuple[str, ...] = ()


def load_baseline(settings: Settings, customer: str, cases: Sequence[Case], identity: Identity) -> Baseline | None:
    """Check ``--baseline`` and ``--save-baseline`` before any trial is run; return what ``--baseline`` names, if given.

    Raises:
        EcomError: it can't be read, or can't be compared with what is about to be run; or such a run can't be saved.
    """
    _check_saving(settings, cases)
    if not settings.baseline:
        return None
    baseline = Baseline.read(settings.root / settings.baseline)
    conditions = Conditions.of(customer, vars(settings), identity)
    check_comparable(Path(settings.baseline), baseline, conditions, identity, Terms.of(settings))
    return baseline


def close_session(settings: Settings, baseline: Baseline | None, folder: Path) -> Closing:
    """Compare the finished run in ``folder`` with ``baseline``, and save it, as the options say.

    Raises:
        JournalError: a file of the run is broken.
    """
    if not (baseline or settings.save_baseline):
        return Closing()
    run, comparison, saved, problems = FinishedRun.read(folder), None, "", []
    try:
        comparison = compare(Path(settings.baseline), baseline, run, Terms.of(settings)) if baseline else None
    except GateError as error:
        problems.append(str(error))
    try:
        if settings.save_baseline:
            Baseline.of_runs([run]).write(settings.root / settings.save_baseline)
            saved = settings.save_baseline
    except GateError as error:
        problems.append(f"--save-baseline={settings.save_baseline} is not written: {error}")
    return Closing(comparison, saved, tuple(problems))


def _check_saving(settings: Settings, cases: Sequence[Case]) -> None:
    if not settings.save_baseline:
        return
    option, path = f"--save-baseline={settings.save_baseline}", settings.root / settings.save_baseline
    if path.is_dir():
        raise GateError(f"{option}: is a folder; give the name of a file")
    if any(case.variant for case in cases):
        raise GateError(f"{option}: an ablation is no baseline, since its trials have customers of eight kinds")
