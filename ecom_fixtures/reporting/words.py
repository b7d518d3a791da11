"""The words and numbers of every report: what is said of a run stands here once, for terminal, JUnit and page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.evaluation.judgement import FailureClass
from ecom_fixtures.gate.floors import share as shown_share
from ecom_fixtures.runs.figures import Figures, Finding
from ecom_fixtures.runs.rows import Dimension, TaskRow, TrialRow
from ecom_fixtures.runs.spending import Spent
from ecom_fixtures.statistics.table import PassK
from ecom_fixtures.trajectory import Role
from ecom_fixtures.trial.record import JUDGED, SCHEMA, Outcome, Record

# ---- what a trial came to

MARKS: dict[Outcome | None, str] = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.INFRA_ERROR: "E",
    Outcome.CUSTOMER_FAULT: "C",
    None: "-",
}
ASCII_MARKS = {**MARKS, Outcome.PASSED: ".", Outcome.FAILED: "F"}
OUTCOMES: dict[Outcome | None, str] = {
    Outcome.PASSED: "solved",
    Outcome.FAILED: "unsolved",
    Outcome.INFRA_ERROR: "infra error",
    Outcome.CUSTOMER_FAULT: "customer fault",
    None: "missing",
}
COUNTS_NOT = "does not count against the agent"
ENDS = {
    "stop": "the customer said goodbye",
    "transfer": "the agent handed the customer over",
    "turns": "there were too many turns",
    "time": "the time was up",
    "agent": "the agent failed",
    "customer": "the customer broke its own rules",
    "infra": "an endpoint or a server failed",
}
NOTHING_JUDGED = "There was nothing to judge."
NOTHING_SAID = "Nothing was said."

# ---- what went wrong in it

DIMENSIONS: dict[Dimension, str] = {
    "action": "wrong final state",
    "search": "required look-up not made",
    "output": "required answer not said",
    "other": "none of these wrong: a crash, too many turns, ...",
}
CONDUCT: dict[Finding, tuple[str, str]] = {
    "unconfirmed": ("change without the customer's yes", "changes without the customer's yes"),
    "defied": ("change against the customer's no", "changes against the customer's no"),
    "forbidden": ("change that the policy forbids", "changes that the policy forbids"),
    "late_searches": ("look-up made only after its change", "look-ups made only after their change"),
    "foreign_reads": ("look at another customer's records", "looks at other customers' records"),
    "ungrounded": ("figure that stands nowhere", "figures that stand nowhere"),
}
CUSTOMER_NOTES = "about the customer"
NO_ROW = "nothing"

# ---- the sides of a dialogue, and what they took

SIDES: dict[Role, str] = {"agent": "agent", "customer": "customer", "vision": "pictures"}


def spent(usage: Spent) -> str:
    """*4,800 model calls, 9,600,000 tokens in, 24,000 out*; says what nobody has told."""
    if usage.calls is None:
        return "model calls and tokens unknown: the agent doesn't report them"
    if not usage.calls:
        return "no model calls"
    if usage.input_tokens is None and usage.output_tokens is None:
        return f"{counted(usage.calls, 'model call')}, tokens unknown"
    tokens_in, tokens_out = ("?" if n is None else f"{n:,}" for n in (usage.input_tokens, usage.output_tokens))
    return f"{counted(usage.calls, 'model call')}, {tokens_in} tokens in, {tokens_out} out"


# ---- numbers


def counted(count: int, one: str, many: str = "") -> str:
    """How many of what: *1 task*, *53 tasks*."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float | None) -> str:
    return "-" if share is None else shown_share(share)


def duration(seconds: float | None) -> str:
    """*9.5 s*, *1 min 40 s*, *2 h 5 min*."""
    if seconds is None:
        return "unknown"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


# ---- a run


def size(rows: Sequence[TaskRow]) -> str:
    """*53 tasks, 8 trials each*, or *20 tasks x 8 groups, 1 to 3 trials each*."""
    counts = [row.counts for row in rows]
    planned = [count.planned for groups in counts for count in groups.values()]
    least, most = (pick(planned, default=0) for pick in (min, max))
    each = counted(most, "trial") if least == most else f"{least:,} to {most:,} trials"
    groups = set().union(*counts) - {""}
    by = f" x {counted(len(groups), 'group')}" if groups else ""
    return f"{counted(len(rows), 'task')}{by}, {each} each"


def unjudged(figures: Figures, most: int = 5) -> str:
    """*4 of 12 trials are not judged (refund, exchange)*; names ``most`` of the tasks."""
    tasks = [row.task for row in figures.tasks if row.judged < row.planned]
    more = f" and {counted(len(tasks) - most, 'task')} more" if len(tasks) > most else ""
    left = figures.planned - figures.judged
    are = "is" if left == 1 else "are"
    return f"{left:,} of {counted(figures.planned, 'trial')} {are} not judged ({', '.join(tasks[:most])}{more})"


def trial_name(trial: TrialRow | Record | Case) -> str:
    """*trial 3*, in an ablation with its variant."""
    return f"{trial.variant}, trial {trial.trial}" if trial.variant else f"trial {trial.trial}"


def costs(figures: Figures) -> Iterator[tuple[str, str]]:
    """What each side took of models, by its name; reading pictures only where a model did."""
    for role, side in SIDES.items():
        if role != "vision" or figures.spent[role].calls != 0:
            yield side, spent(figures.spent[role])


def took(figures: Figures) -> str:
    """How long the run was, and how much of it at a time."""
    wall, together = figures.wall_seconds, duration(figures.trial_seconds)
    if wall is None:
        return f"wall time not known, the run didn't come to its end; {together} in trials"
    at_once = f", {figures.trial_seconds / wall:.1f} at a time" if wall > 0 else ""
    return f"{duration(wall)}; {together} in trials{at_once}"


def value(point: PassK) -> str:
    """pass^k, or from where to where it may still come out."""
    return f"{percent(point.worst)} to {percent(point.best)}" if point.value is None else percent(point.value)


def strictly(figures: Figures, k: int) -> str:
    """Strict pass^k, of trials that were solved in order; empty for a run of an older version."""
    return next((value(point) for point in figures.strict_pass_k if point.k == k), "")


def these_tasks(point: PassK) -> str:
    """The interval of pass^k for these tasks, were their trials drawn anew; empty where a trial is missing."""
    return "" if point.these_low is None else f"{percent(point.these_low)} to {percent(point.these_high)}"


def interval(point: PassK) -> str:
    """The interval of pass^k for tasks of this kind, or why there is none."""
    if point.value is None:
        return "from the worst case to the best"
    if point.low is None or point.high is None:
        return "no interval: one task says nothing of others"
    return f"{percent(point.low)} to {percent(point.high)}"


def with_interval(point: PassK) -> str:
    """The interval of pass^k, named as what it is."""
    return f"95% interval {interval(point)}" if point.low is not None else interval(point)


def solved_tasks(figures: Figures) -> str:
    """*12 always solved, 3 never*."""
    always = sum(row.passed == row.planned for row in figures.tasks)
    never = sum(not row.passed and row.judged == row.planned for row in figures.tasks)
    return f"{always:,} always solved, {never:,} never"


def solved_trials(figures: Figures) -> str:
    """*209 solved, 215 unsolved*, and how many were not judged."""
    parts = [f"{figures.outcomes[kind]:,} {OUTCOMES[kind]}" for kind in JUDGED]
    left = figures.planned - figures.judged
    return ", ".join([*parts, *([f"{left:,} not judged"] if left else [])])


def outcomes(figures: Figures) -> list[Outcome | None]:
    """The outcomes that occur in a run, in their order."""
    used = {trial.outcome for row in figures.tasks for trial in row.trials}
    return [outcome for outcome in MARKS if outcome in used]


def completeness(figures: Figures) -> list[str]:
    """How far the figures can be trusted, in a sentence or two."""
    interrupted = ["The run was interrupted."] if figures.interrupted else []
    if figures.complete:
        solved = figures.outcomes[Outcome.PASSED]
        return [*interrupted, f"Complete: {solved:,} of {counted(figures.planned, 'trial')} solved, every one judged."]
    reasons = [
        (figures.missing, OUTCOMES[None], OUTCOMES[None]),
        *((figures.outcomes[kind], OUTCOMES[kind], "") for kind in (Outcome.INFRA_ERROR, Outcome.CUSTOMER_FAULT)),
    ]
    why = ", ".join(counted(*reason) for reason in reasons if reason[0])
    left = figures.planned - figures.judged
    return [
        *interrupted,
        f"INCOMPLETE: {left:,} of {counted(figures.planned, 'trial')} not judged: {why}.",
        "So pass^k has no value: its worst case counts them unsolved, its best solved.",
    ]


def missing_from_old(figures: Figures) -> str:
    """What the reports of a run of an older version can't show, in one sentence; empty for a run of this one."""
    if figures.journal_schema == SCHEMA:
        return ""
    if figures.journal_schema > 1:
        return "Recorded by an older version (journal schema 2), which didn't keep what each message is about."
    return (
        f"Recorded by an older version (journal schema {figures.journal_schema}), which kept no times of messages and "
        "calls, no calls of models, no pictures, and not the tasks as they were played."
    )


def classes(figures: Figures) -> list[str]:
    """The failure classes, each with its number of trials."""
    return [f"{kind} {figures.classes[kind]:,}" for kind in FailureClass]


def conduct(figures: Figures) -> list[str]:
    """What was found beyond the verdict, each kind in a line; empty where all was well."""
    return [
        f"{counted(found.findings, *CONDUCT[kind])}, in {counted(found.trials, 'trial')}"
        for kind, found in figures.conduct.items()
        if found.findings
    ]
