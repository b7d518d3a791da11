"""What is said of a comparison, once for page, Markdown and terminal: numbers, headline, verdict, what to mind."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.comparison.compared import Comparison
from ecom_fixtures.comparison.runs import Run
from ecom_fixtures.reporting.words import counted, percent, value
from ecom_fixtures.statistics.comparison import HeadToHead
from ecom_fixtures.statistics.table import PassK

BEST, COULD_BE_BEST, INCOMPLETE = "best", "could be best", "incomplete"

# ---- numbers


def points(difference: float) -> str:
    """*+7.5*, in points of pass^1."""
    shown = f"{100 * difference:+.1f}"
    return "0.0" if float(shown) == 0 else shown


def p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def interval(point: PassK) -> str:
    """The ends of the 95% interval, empty where there is none."""
    return "" if point.low is None or point.high is None else f"{percent(point.low)} to {percent(point.high)}"


def listed(names: Sequence[str]) -> str:
    """*a*, *a and b*, *a, b and 3 more*."""
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def span(pair: HeadToHead) -> str:
    """The interval of a difference, in points."""
    return "-" if pair.interval is None else f"{points(pair.interval[0])} to {points(pair.interval[1])}"


# ---- sentences


def headline(comparison: Comparison) -> str:
    """Who solved most, and how much."""
    tested = comparison.tested
    if not tested:
        return "No run is complete, so none can be called better"
    first = tested[0].figures.pass_k[0]
    leaders = [run.name for run in tested if run.figures.pass_k[0].value == first.value]
    if len(leaders) > 1:
        return f"{listed(leaders)} solved the same share: pass^1 {value(first)}"
    return f"{leaders[0]} solved most: pass^1 {value(first)}"


def verdict(comparison: Comparison) -> str:
    """How sure that is, in a sentence or two."""
    tested = comparison.tested
    if len(tested) < 2:
        return "Nothing is tested: that needs two complete runs. The figures are shown as they are."
    first = tested[0]
    ends = interval(first.figures.pass_k[0])
    said = f"With other tasks of this kind it may lie from {ends} (95 % interval). " if ends else ""
    close = [name for name in comparison.best if name != first.name]
    behind = len(tested) - len(comparison.best)
    if not close:
        rest = "The other is" if behind == 1 else f"Each of the {behind} others is"
        return f"{said}{rest} worse by more than chance."
    said += f"{listed(close)} can't be told apart from {first.name}"
    if not behind:
        return f"{said}: by these trials no run can be called better."
    return f"{said}; the {counted(behind, 'other')} {'is' if behind == 1 else 'are'} worse by more than chance."


def basis(comparison: Comparison) -> str:
    """What is compared."""
    tasks = len(comparison.shared.tasks)
    return f"{counted(len(comparison.runs), 'run')} over the {counted(tasks, 'task')} that all of them have"


def mark(comparison: Comparison, run: Run) -> str:
    """What stands behind a run: that it is the best, could be, or isn't complete."""
    if not run.complete:
        return INCOMPLETE
    if run.name not in comparison.best or len(comparison.tested) < 2:
        return ""
    return BEST if len(comparison.best) == 1 else COULD_BE_BEST


def warnings(comparison: Comparison) -> list[str]:
    """What a reader must know before comparing, a sentence each."""
    shared, differing = comparison.shared, comparison.settings.measuring
    said = []
    if differing:
        said.append(
            f"These runs don't measure the same thing: they differ in {listed([one.setting for one in differing])} "
            "(see the settings). What looks like a difference between agents may come from that."
        )
    if shared.lacking:
        said.append(f"Left out: {_named(shared.lacking)} that not every run has.")
    if shared.changed:
        said.append(f"Left out: {_named(shared.changed)} that changed between the runs.")
    return said + [_incomplete(run) for run in comparison.runs if not run.complete]


def agreement(comparison: Comparison) -> str:
    """What is the same in all runs, in a line."""
    same = comparison.settings.agreeing
    return f"The same in all runs: {', '.join(same)}." if same else ""


def _named(tasks: Sequence[str]) -> str:
    return f"{counted(len(tasks), 'task')} ({listed(tasks)})"


def _incomplete(run: Run) -> str:
    left = run.figures.planned - run.figures.judged
    return (
        f"{run.name} is incomplete: {left:,} of its {counted(run.figures.planned, 'trial')} were not judged. It is "
        "shown from its worst case to its best, and is in no test."
    )
