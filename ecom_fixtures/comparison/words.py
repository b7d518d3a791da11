"""What is said of a comparison, once for page, Markdown and terminal: headline, warnings, and tables as rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecom_fixtures.comparison.compared import LEVEL, Comparison
from ecom_fixtures.comparison.paper import ROWS
from ecom_fixtures.comparison.runs import Run
from ecom_fixtures.evaluation.judgement import FailureClass
from ecom_fixtures.reporting.words import CONDUCT, DIMENSIONS, completeness, counted, duration
from ecom_fixtures.runs.figures import DIMENSIONS as DIMENSION_NAMES
from ecom_fixtures.runs.figures import Dimension
from ecom_fixtures.statistics.comparison import HeadToHead
from ecom_fixtures.statistics.passk import PassK
from ecom_fixtures.trial.record import Outcome

BEST = "could be best"
INCOMPLETE = "incomplete"
UNCLASSED = "nothing to class"
SHORT: dict[Dimension, str] = {
    "action": "shop left wrong",
    "search": "look-up missing",
    "output": "answer missing",
    "other": "nothing to judge",
}


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; the first cell of a row names it."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# ---- numbers


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def points(difference: float) -> str:
    """*+7.5*, in points of pass^1."""
    shown = f"{100 * difference:+.1f}"
    return "0.0" if float(shown) == 0 else shown.replace("-", "−")


def p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def value(point: PassK) -> str:
    """pass^k, or from where to where it may still come out."""
    return percent(point.value) if point.value is not None else f"{percent(point.worst)} to {percent(point.best)}"


def interval(point: PassK) -> str:
    """The ends of the 95% interval, empty where there is none."""
    return "" if point.low is None or point.high is None else f"{percent(point.low)} to {percent(point.high)}"


def listed(names: Sequence[str]) -> str:
    """*a*, *a and b*, *a, b and 3 more*."""
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


# ---- sentences


def headline(comparison: Comparison) -> str:
    """Who solves most."""
    tested = comparison.tested
    if not tested:
        return "No run is complete, so none can be called better"
    if len(tested) == 1:
        return f"Only {tested[0].name} is complete, so there is nothing to compare it with"
    leaders = [run.name for run in tested if run.figures.pass_k[0].worst == tested[0].figures.pass_k[0].worst]
    if len(leaders) > 1:
        return f"{listed(leaders)} solve the same share"
    if comparison.best == (leaders[0],):
        return f"{leaders[0]} solves most"
    return f"{leaders[0]} solves most here, but need not be the best"


def verdict(comparison: Comparison) -> str:
    """How sure that is, in a sentence or two."""
    tested = comparison.tested
    if len(tested) < 2:
        return "A comparison needs two complete runs; the figures below are shown as they are."
    first = tested[0]
    point = first.figures.pass_k[0]
    said = f"{first.name}: pass^1 {value(point)}"
    if interval(point):
        said += f" (95 % interval {interval(point)})"
    others = [name for name in comparison.best if name != first.name]
    if not others:
        return f"{said}. Each of the others is worse by more than chance."
    if len(comparison.best) == len(tested):
        return f"{said}. No run can be told to be better than another by these trials: {listed(others)} could be best too."
    behind = [run.name for run in tested if run.name not in comparison.best]
    return f"{said}. {listed(others)} can't be told apart from the best; {listed(behind)} {'is' if len(behind) == 1 else 'are'} worse by more than chance."


def basis(comparison: Comparison) -> str:
    """What is compared."""
    count = len(comparison.shared.tasks)
    return f"{counted(len(comparison.runs), 'run')} over the {counted(count, 'task')} that all of them have"


def warnings(comparison: Comparison) -> list[str]:
    """What a reader must know before comparing, a sentence each."""
    shared, settings = comparison.shared, comparison.settings
    said = []
    if settings.measuring:
        what = listed([f"“{one.setting}”" for one in settings.measuring[:3]])
        more = f" (and {len(settings.measuring) - 3} more)" if len(settings.measuring) > 3 else ""
        said.append(
            f"These runs don't measure the same thing: they differ in {what}{more}; see Settings. A difference between "
            "runs may come from that, and not from the agents."
        )
    for tasks, why in ((shared.lacking, "not every run has"), (shared.changed, "not the same in every run")):
        if tasks:
            verb = "it is" if why.startswith("not the") and len(tasks) == 1 else "they are" if why.startswith("not the") else ""
            reason = f"which {why}" if not verb else f"because {verb} {why}"
            said.append(f"Left out: {counted(len(tasks), 'task')}, {reason} ({listed(tasks)}).")
    for run in comparison.runs:
        if not run.complete:
            left = run.figures.planned - run.figures.judged
            said.append(
                f"{run.name} is incomplete: {left:,} of its {counted(run.figures.planned, 'trial')} not judged. It is shown "
                "from its worst case to its best, and is in no test."
            )
    return said


def agreement(comparison: Comparison) -> str:
    """What is the same in all runs, in a line."""
    return f"All runs agree in: {', '.join(comparison.settings.agreeing)}." if comparison.settings.agreeing else ""


# ---- tables


def pass_k_table(comparison: Comparison) -> Table:
    """pass^1 to pass^k, with intervals."""
    head = ("run", *(f"pass^{k}" for k in range(1, comparison.highest_k + 1)), "")
    rows = []
    for run in comparison.runs:
        cells = [f"{value(point)} ({interval(point)})" if interval(point) else value(point) for point in run.figures.pass_k]
        cells += ["-"] * (comparison.highest_k - len(cells))
        rows.append((run.name, *cells, mark(comparison, run)))
    return Table(
        "Solved, and solved every time",
        "pass^k: the chance that k trials of a task all succeed; in brackets the 95 % interval for tasks of this kind.",
        head,
        tuple(rows),
    )


def mark(comparison: Comparison, run: Run) -> str:
    """What stands behind a run: that it could be best, or isn't complete."""
    if not run.complete:
        return INCOMPLETE
    return BEST if run.name in comparison.best and len(comparison.tested) > 1 else ""


def paper_table(highest_k: int) -> Table:
    """The paper's rows up to the runs' highest k and its own."""
    from ecom_fixtures.comparison.paper import NOT_COMPARABLE, SOURCE

    ks = sorted({k for row in ROWS.values() for k in row})
    rows = tuple((name, *(f"{row[k]:.2f} %" if k in row else "-" for k in ks)) for name, row in ROWS.items())
    return Table(f"The paper's Table 2 ({SOURCE})", NOT_COMPARABLE, ("model", *(f"pass^{k}" for k in ks)), rows)


def pairs_table(comparison: Comparison) -> Table:
    """Every pair of complete runs."""
    rows = tuple(
        (
            f"{pair.first} against {pair.second}",
            points(pair.difference),
            span(pair),
            p_value(pair.adjusted),
            "yes" if pair.adjusted <= LEVEL else "",
        )
        for pair in comparison.pairs
    )
    return Table(
        "Head to head",
        "Difference of pass^1 in points, by a paired t-test over the tasks; p is adjusted for the number of pairs (Holm).",
        ("pair", "difference", "95 % interval", "adjusted p", "more than chance"),
        rows,
    )


def span(pair: HeadToHead) -> str:
    """The interval of a difference, in points."""
    return "-" if pair.interval is None else f"{points(pair.interval[0])} to {points(pair.interval[1])}"


def class_shares(run: Run) -> list[tuple[str, float]]:
    """The share of judged trials that failed in each class, and of those that no class fits."""
    judged = run.figures.judged
    counts = {str(kind): run.figures.classes[kind] for kind in FailureClass}
    counts[UNCLASSED] = run.figures.outcomes[Outcome.FAILED] - sum(counts.values())
    return [(kind, count / judged if judged else 0.0) for kind, count in counts.items()]


def classes_table(comparison: Comparison) -> Table:
    rows = tuple(
        (run.name, percent(run.figures.outcomes[Outcome.FAILED] / run.figures.judged if run.figures.judged else None))
        + tuple(percent(share) for _, share in class_shares(run))
        for run in comparison.runs
    )
    names = (*map(str, FailureClass), UNCLASSED)
    return Table("How they fail", "Share of judged trials that weren't solved, by class.", ("run", "unsolved", *names), rows)


def dimensions_table(comparison: Comparison) -> Table:
    rows = tuple(
        (run.name, *(percent(run.figures.failures[name].rate) for name in DIMENSION_NAMES)) for run in comparison.runs
    )
    return Table(
        "What they fail in",
        "Share of judged trials in which it was wrong; one trial can be wrong in several.",
        ("run", *(SHORT[name] for name in DIMENSION_NAMES)),
        rows,
    )


def pictures_table(comparison: Comparison) -> Table:
    """pass^1 of tasks with pictures and of the others; without rows where all tasks are of one kind."""
    pictured, tasks = comparison.pictured, len(comparison.shared.tasks)
    rows = tuple(
        (
            run.name,
            str(run.manifest.settings.get("vision") or "the texts beside them"),
            percent(run.pass_1(True)),
            percent(run.pass_1(False)),
        )
        for run in comparison.runs
    )
    return Table(
        "Tasks with pictures",
        "pass^1 where the customer sends a picture, and where not.",
        ("run", "pictures read by", f"{pictured} with pictures", f"{tasks - pictured} without"),
        rows if 0 < pictured < tasks else (),
    )


def spending_table(comparison: Comparison) -> Table:
    """Tokens and time of all trials, shared out over those that were solved."""
    rows = []
    for run in comparison.runs:
        sides = run.figures.spent
        per = [_each(getattr(sides["agent"], name), run) for name in ("calls", "input_tokens", "output_tokens")]
        others = [_each(_total(sides[role].input_tokens, sides[role].output_tokens), run) for role in ("vision", "customer")]
        time = duration(run.figures.trial_seconds / run.solved) if run.solved else "-"
        rows.append((run.name, f"{run.solved:,} of {run.figures.planned:,}", *per, *others, time))
    return Table(
        "What a solved trial takes",
        "Calls, tokens and time of all trials, unsolved ones too, for each one that was solved.",
        ("run", "solved", "agent's calls", "tokens in", "tokens out", "tokens for pictures", "customer's tokens", "time"),
        tuple(rows),
    )


def _total(*numbers: int | None) -> int | None:
    return None if None in numbers else sum(number or 0 for number in numbers)


def _each(number: int | None, run: Run) -> str:
    if number is None:
        return "unknown"
    if not number:
        return "none"
    return f"{number / run.solved:,.0f}" if run.solved else "-"


def settings_table(comparison: Comparison) -> Table:
    settings = comparison.settings
    rows = tuple((one.setting, *one.values) for one in (*settings.measuring, *settings.other))
    return Table("Settings that differ", "", ("setting", *(run.name for run in comparison.runs)), rows)


def tasks_table(comparison: Comparison) -> Table:
    """Solved trials of each task, those that separate the runs first."""
    rows = tuple((task, *(solved(run, task) for run in comparison.runs)) for task in comparison.separating)
    return Table(
        "Task by task",
        "Solved trials of each task; the tasks that separate the runs most come first. A single cell is no finding: "
        "with few trials it moves by chance.",
        ("task", *(run.name for run in comparison.runs)),
        rows,
    )


def solved(run: Run, task: str) -> str:
    row = run.rows[task]
    return f"{row.passed}/{row.planned}"


def tables(comparison: Comparison, with_paper: bool) -> Iterator[Table]:
    """Every table with a row in it, in the order in which a reader asks."""
    paper = [paper_table(comparison.highest_k)] if with_paper else []
    every = (
        pass_k_table(comparison),
        *paper,
        pairs_table(comparison),
        classes_table(comparison),
        dimensions_table(comparison),
        pictures_table(comparison),
        spending_table(comparison),
        settings_table(comparison),
        tasks_table(comparison),
    )
    yield from (table for table in every if table.rows)
