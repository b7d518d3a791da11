"""Which exit status a run ends with, why, and what would make it decide otherwise: the last line of every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecom_fixtures.gate.floors import option, share
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.settings import Settings
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.floors import FloorDecision
from ecom_fixtures.trial.record import Outcome

# pytest's own.
SOLVED, FAILED, INTERRUPTED, NO_TESTS = 0, 1, 2, 5
ENDS = {
    INTERRUPTED: "interrupted",
    3: "pytest met an internal error",
    4: "pytest was used wrongly",
}


@dataclass(frozen=True)
class Ended:
    """How pytest's session ended. ``status`` is its own exit status, ``cut_short`` why it stopped early, if it did.

    Of the tests that ``failed``, ``unsolved`` did by an unsolved trial and ``unjudged`` by one that couldn't be judged.
    ``run`` names the run as ``--resume`` takes it.
    """

    status: int = 0
    cut_short: str = ""
    failed: int = 0
    unsolved: int = 0
    unjudged: int = 0
    run: str = "RUN"

    @property
    def others(self) -> int:
        """Tests that failed by something else than a trial."""
        return self.failed - self.unsolved - self.unjudged


@dataclass(frozen=True)
class Compared:
    """What the comparison with a baseline came to; the ``headline`` says it in one sentence, without a full stop."""

    ruling: Ruling
    headline: str


@dataclass(frozen=True)
class Exit:
    """An exit status and its reason."""

    status: int
    reason: str

    def __str__(self) -> str:
        return f"exit {self.status}: {self.reason}"

    def overruled(self, status: int) -> Exit:
        """What to say when another plugin or option of pytest has changed the status since."""
        return Exit(status, f"set by pytest or another plugin; of the trials it would be {self.status}: {self.reason}")


def decide_exit(
    settings: Settings,
    figures: Figures,
    ended: Ended,
    floors: Sequence[FloorDecision] = (),
    compared: Compared | None = None,
    *,
    stopped: bool = False,
) -> Exit:
    """Decide the exit status of a run.

    What pytest itself decided stays, if it is neither 0 nor 1, if the run was cut short, or if it is 1 without a failed
    test. Else ``Settings.fails_on`` decides. ``stopped`` says that --stop-when-decided ended the run. Of a run that was
    taken up by ``--resume`` no test says how the trials came out that were carried over: there the figures do.
    """
    ordinary = (SOLVED, FAILED, NO_TESTS) if settings.resume else (SOLVED, FAILED)
    if ended.status not in ordinary or ended.cut_short:
        return _cut_short(figures, ended)
    if ended.status == FAILED and not ended.failed:
        return Exit(ended.status, "set by pytest or another plugin, though no test failed")
    if settings.fails_on == "gate":
        return _by_gate(figures, ended, floors, compared, stopped)
    return _by_trials(settings, figures, ended, _undecided(floors, compared))


def floor_sentence(decision: FloorDecision) -> str:
    """What a floor says of a run: *pass^1 45.3 % is below --min-pass=0.6*."""
    floor, observed = decision.floor, decision.observed
    low, high = (share(end, floor.least) for end in (observed.low, observed.high))
    match decision.ruling:
        case Ruling.PASSES:
            return f"pass^{floor.k} {'' if observed.known else 'of at least '}{low} reaches {option(floor)}"
        case Ruling.FAILS:
            return f"pass^{floor.k} {'' if observed.known else 'of at most '}{high} is below {option(floor)}"
        case Ruling.CANT_TELL:
            return f"pass^{floor.k} is between {low} and {high}, and {option(floor)} asked for"


def saved(figures: Figures) -> str:
    """What --stop-when-decided has saved: *decided after 212 of 424 trials, which saved 50 % of the run*."""
    part = share(figures.missing / figures.planned, digits=0)
    return f"decided after {_after(figures)}, which saved {part} of the run"


def _cut_short(figures: Figures, ended: Ended) -> Exit:
    what = "cut short" if ended.status in (SOLVED, FAILED) else ENDS.get(ended.status, "pytest was made to end")
    after = f" after {_after(figures)}" if figures.missing else ""
    why = f" ({ended.cut_short})" if ended.cut_short else ""
    resume = f"; pytest --resume={ended.run} runs the rest" if figures.missing else ""
    return Exit(ended.status or FAILED, f"{what}{after}{why}{resume}")


def _by_gate(
    figures: Figures, ended: Ended, floors: Sequence[FloorDecision], compared: Compared | None, stopped: bool
) -> Exit:
    rulings = [(floor.ruling, floor_sentence(floor)) for floor in floors]
    rulings += [(compared.ruling, compared.headline)] if compared else []
    ruling = Ruling.together(each for each, _ in rulings)
    said = "; ".join(sentence for each, sentence in rulings if each is ruling)
    if stopped and figures.missing:
        said = f"{said}; {saved(figures)}"
    elif ruling is Ruling.CANT_TELL:
        left = figures.planned - figures.judged
        resume = f"; pytest --resume={ended.run} runs the {left:,} not judged" if left else ""
        said = f"can't tell: {said}{resume}"
    if ruling is Ruling.PASSES and not ended.others:
        return Exit(SOLVED, said)
    return Exit(FAILED, "; ".join(filter(None, (_others(ended), said))))


def _by_trials(settings: Settings, figures: Figures, ended: Ended, gate: str) -> Exit:
    by_trial, given = settings.fails_on == "trial", bool(settings.fail_on)
    unsolved = figures.outcomes[Outcome.FAILED] if by_trial and (ended.unsolved or settings.resume) else 0
    unjudged = figures.planned - figures.judged if ended.unjudged or settings.resume else 0
    if unsolved or unjudged or ended.others:
        faults = [
            f"{_trials(unsolved, figures)} {_are(unsolved)} unsolved" if unsolved else "",
            _unjudged(figures) if unjudged else "",
            _others(ended),
        ]
        default = "" if given else ", the default with one trial a task"
        rule = f" (--fail-on=trial{default})" if by_trial else ""
        return Exit(FAILED, f"{', '.join(filter(None, faults))}{rule}{gate}")
    if by_trial:
        return Exit(SOLVED, f"{_solved(figures)}{gate}")
    judged = "every trial was judged" if figures.complete else f"no test failed, though {_unjudged(figures)}"
    if given:
        return Exit(SOLVED, f"{judged}; unsolved trials don't count with --fail-on=error{gate}")
    rule = "unsolved trials don't count with --count above 1 (--fail-on)"
    return Exit(SOLVED, f"{judged}; {rule}. Add --min-pass or --baseline to make this run decide.")


def _undecided(floors: Sequence[FloorDecision], compared: Compared | None) -> str:
    """What the gate says, where it was told not to decide."""
    if not floors and not compared:
        return ""
    rulings = [floor.ruling for floor in floors] + ([compared.ruling] if compared else [])
    return f"; the gate {Ruling.together(rulings)}, but doesn't decide"


def _solved(figures: Figures) -> str:
    """What is said of the trials when no test failed; a test may be content with an unsolved trial."""
    unsolved = figures.outcomes[Outcome.FAILED]
    parts = [f"{_trials(unsolved, figures)} {_are(unsolved)} unsolved"] if unsolved else []
    parts += [] if figures.complete else [_unjudged(figures)]
    if parts:
        return f"no test failed, though {' and '.join(parts)}"
    return f"all {figures.planned:,} trials are solved" if figures.planned > 1 else "the trial is solved"


def _unjudged(figures: Figures) -> str:
    left = figures.planned - figures.judged
    return f"{_trials(left, figures)} {_are(left, 'was', 'were')} not judged"


def _others(ended: Ended) -> str:
    tests = "test" if ended.others == 1 else "tests"
    return f"{ended.others:,} {tests} failed by something else than a trial" if ended.others else ""


def _after(figures: Figures) -> str:
    return _trials(figures.planned - figures.missing, figures)


def _trials(number: int, figures: Figures) -> str:
    """*3 of 53 trials*"""
    return f"{number:,} of {figures.planned:,} {'trial' if figures.planned == 1 else 'trials'}"


def _are(number: int, one: str = "is", many: str = "are") -> str:
    return one if number == 1 else many
