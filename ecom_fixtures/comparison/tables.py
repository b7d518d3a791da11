"""The tables of a comparison, as rows of text for page, Markdown and terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecom_fixtures.comparison.compared import LEVEL, Comparison
from ecom_fixtures.comparison.paper import NOT_COMPARABLE, ROWS, SOURCE
from ecom_fixtures.comparison.runs import Run
from ecom_fixtures.comparison.words import interval, mark, p_value, points, span
from ecom_fixtures.evaluation.judgement import FailureClass
from ecom_fixtures.reporting.words import duration, percent, value
from ecom_fixtures.runs.rows import DIMENSIONS, Dimension
from ecom_fixtures.trial.record import Outcome

UNCLASSED = "no class"
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

    def without(self, text: str) -> Table:
        """The table without the columns in which every row says ``text``."""
        kept = [at for at in range(len(self.head)) if any(row[at] != text for row in self.rows)]
        cut = [tuple(row[at] for at in kept) for row in (self.head, *self.rows)]
        return Table(self.title, self.note, cut[0], tuple(cut[1:]))


def pass_k_table(comparison: Comparison) -> Table:
    """pass^1 to pass^k, with intervals."""
    return Table(
        "Solved, and solved every time",
        "pass^k: the chance that k trials of a task all succeed; in brackets the 95 % interval for tasks of this kind.",
        _pass_k_head(comparison),
        tuple(_pass_k_row(comparison, run, intervals=comparison.highest_k) for run in comparison.runs),
    )


def pass_k_in_short(comparison: Comparison) -> Table:
    """The same, with the interval of pass^1 alone."""
    rows = tuple(_pass_k_row(comparison, run, intervals=1) for run in comparison.runs)
    return Table("", "", _pass_k_head(comparison), rows)


def _pass_k_head(comparison: Comparison) -> tuple[str, ...]:
    return ("run", *(f"pass^{k}" for k in range(1, comparison.highest_k + 1)), "")


def _pass_k_row(comparison: Comparison, run: Run, intervals: int) -> tuple[str, ...]:
    cells = [
        f"{value(point)} ({interval(point)})" if interval(point) and point.k <= intervals else value(point)
        for point in run.figures.pass_k
    ]
    return (run.name, *cells, *["-"] * (comparison.highest_k - len(cells)), mark(comparison, run))


def paper_table() -> Table:
    """The paper's rows."""
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
        "Difference of pass^1 in points, by a paired t-test over the tasks. The interval is of the pair alone; p is "
        "adjusted for the number of pairs (Holm). Whether a run could be best is asked by itself, which can tell more.",
        ("pair", "difference", "95 % interval", "adjusted p", "more than chance"),
        rows,
    )


def class_shares(run: Run) -> list[tuple[str, float]]:
    """The share of judged trials that failed in each class, and of those that no class fits."""
    judged = run.figures.judged
    counts = {str(kind): run.figures.classes[kind] for kind in FailureClass}
    counts[UNCLASSED] = run.figures.outcomes[Outcome.FAILED] - sum(counts.values())
    return [(kind, count / judged if judged else 0.0) for kind, count in counts.items()]


def dimension_shares(run: Run) -> list[tuple[str, float]]:
    """The share of judged trials that failed in each dimension."""
    return [(SHORT[name], run.figures.failures[name].rate or 0.0) for name in DIMENSIONS]


def classes_table(comparison: Comparison) -> Table:
    """Failed trials by class."""
    shares = {run.name: [share for _, share in class_shares(run)] for run in comparison.runs}
    return Table(
        "How they fail",
        "Share of judged trials that weren't solved, by class.",
        ("run", "unsolved", *map(str, FailureClass), UNCLASSED),
        tuple((name, percent(sum(all_of)), *map(percent, all_of)) for name, all_of in shares.items()),
    )


def dimensions_table(comparison: Comparison) -> Table:
    """Failed trials by dimension."""
    return Table(
        "What they fail in",
        "Share of judged trials in which it was wrong; one trial can be wrong in several.",
        ("run", *SHORT.values()),
        tuple((run.name, *(percent(share) for _, share in dimension_shares(run))) for run in comparison.runs),
    )


def pictures_table(comparison: Comparison) -> Table:
    """pass^1 of tasks with pictures and of the others; without rows where all tasks are of one kind."""
    pictured, tasks = comparison.pictured, len(comparison.shared.tasks)
    readers = [run.manifest.settings.get("vision") or "the texts beside them" for run in comparison.runs]
    rows = tuple(
        (run.name, percent(run.pass_1(pictured=True)), percent(run.pass_1(pictured=False)), str(reader))
        for run, reader in zip(comparison.runs, readers, strict=True)
    )
    table = Table(
        "Tasks with pictures",
        "pass^1 where the customer sends a picture, and where not. Who reads the pictures is a setting of the run "
        "(--vision): the agent asks a tool, which passes on a model's words or the texts beside the pictures.",
        ("run", f"{pictured} with pictures", f"{tasks - pictured} without", "pictures read by"),
        rows if 0 < pictured < tasks else (),
    )
    return table if len(set(readers)) > 1 else table.without(str(readers[0]))


def spending_table(comparison: Comparison) -> Table:
    """Tokens and time of all trials, shared out over those that were solved."""
    rows = []
    for run in comparison.runs:
        sides = run.figures.spent
        per = [_each(getattr(sides["agent"], name), run) for name in ("calls", "input_tokens", "output_tokens")]
        others = [
            _each(_total(sides[role].input_tokens, sides[role].output_tokens), run) for role in ("vision", "customer")
        ]
        time = duration(run.figures.trial_seconds / run.solved) if run.solved else "-"
        rows.append((run.name, f"{run.solved:,} of {run.figures.planned:,}", *per, *others, time))
    return Table(
        "What a solved trial takes",
        "Calls, tokens and time of all trials, unsolved ones too, for each one that was solved.",
        (
            "run",
            "solved",
            "agent's calls",
            "tokens in",
            "tokens out",
            "tokens for pictures",
            "customer's tokens",
            "time",
        ),
        tuple(rows),
    ).without("none")


def _total(*numbers: int | None) -> int | None:
    return None if None in numbers else sum(number or 0 for number in numbers)


def _each(number: int | None, run: Run) -> str:
    if number is None:
        return "unknown"
    if not number:
        return "none"
    return f"{number / run.solved:,.0f}" if run.solved else "-"


def settings_table(comparison: Comparison) -> Table:
    """What differs, with a row for each run."""
    differing = (*comparison.settings.measuring, *comparison.settings.other)
    rows = tuple((run.name, *(one.values[at] for one in differing)) for at, run in enumerate(comparison.runs))
    return Table("Settings that differ", "", ("run", *(one.setting for one in differing)), rows if differing else ())


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
    paper = [paper_table()] if with_paper else []
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
