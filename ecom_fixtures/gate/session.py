"""What a pytest session does with baselines: checks them before any trial, compares and saves at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import GateError
from ecom_fixtures.gate.against import Comparison, Terms, check_comparable, compare
from ecom_fixtures.gate.baseline import Baseline, incomplete
from ecom_fixtures.gate.conditions import Conditions
from ecom_fixtures.gate.finished import FinishedRun
from ecom_fixtures.runs.identity import Identity
from ecom_fixtures.settings import Settings


@dataclass(frozen=True)
class Closing:
    """What came of the options at the end of a session: a comparison where ``--baseline`` was given; with
    ``--save-baseline`` the file that was written, or why there is none, in a sentence."""

    comparison: Comparison | None = None
    saved: Path | None = None
    not_saved: str = ""


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
        EcomError: the run's folder can't be read, or the gate can't decide at all.
    """
    if not (baseline or settings.save_baseline):
        return Closing()
    run = FinishedRun.read(folder)
    comparison = compare(Path(settings.baseline), baseline, run, Terms.of(settings)) if baseline else None
    if not settings.save_baseline:
        return Closing(comparison)
    try:
        return Closing(comparison, saved=Baseline.of_runs([run]).write(settings.root / settings.save_baseline))
    except GateError as error:
        return Closing(comparison, not_saved=incomplete(run) or str(error))


def _check_saving(settings: Settings, cases: Sequence[Case]) -> None:
    if not settings.save_baseline:
        return
    option, path = f"--save-baseline={settings.save_baseline}", settings.root / settings.save_baseline
    if path.is_dir():
        raise GateError(f"{option}: is a folder; give the name of a file")
    if any(case.variant for case in cases):
        raise GateError(f"{option}: an ablation is no baseline, since its trials have customers of eight kinds")
    if settings.stop_when_decided:
        raise GateError(f"{option}: a run that may stop early is no baseline; leave out --stop-when-decided")
