"""What the gate says of a new run against its baseline: one sentence, and the lines that explain it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from ecom_fixtures.gate.against import Comparison
from ecom_fixtures.gate.finished import Kind
from ecom_fixtures.gate.floors import share
from ecom_fixtures.gate.session import Closing
from ecom_fixtures.reporting.terminal import WIDEST, Line, Style, fitted
from ecom_fixtures.reporting.words import CONDUCT, DIMENSIONS, counted
from ecom_fixtures.settings import OPTIONS
from ecom_fixtures.statistics.bounds import Bounds, Ruling
from ecom_fixtures.statistics.gate import CONFIRM_ALPHA, ByTask, TaskChange
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.power import POWER

STYLES: dict[Ruling, Style] = {Ruling.PASSES: "green", Ruling.FAILS: "red", Ruling.CANT_TELL: "yellow"}
# More task names than this are counted; of what rose, as many of each kind are told.
MOST_NAMES, MOST_SHIFTS = 5, 3
KINDS: dict[Kind, str] = {
    "dimension": "unsolved by dimension",
    "class": "by class",
    "operation": "by the first wrong or missing call",
    "conduct": "conduct, which counts for strict pass^k only",
}
# The options that a command repeats which makes such a run again.
AGAIN = ("agent", "customer", "count", "max_turns", "time_limit", "ecom_dir", "persona", "vision")


def headline(comparison: Comparison) -> str:
    """The decision in one sentence, to stand behind the ruling; without a full stop."""
    decision, overall = comparison.decision, comparison.decision.overall
    figures = f"pass^1 {bounds(decision.before)} before, {bounds(decision.after)} now"
    match comparison.ruling:
        case Ruling.PASSES:
            return f"no worse than the baseline: {figures}"
        case Ruling.FAILS:
            fell = f"fell by at least {points(overall.fell_by)}" if overall and overall.ruling is Ruling.FAILS else ""
            worse = f"{names(decision.by_task.worse)} got worse" if decision.by_task and decision.by_task.worse else ""
            return f"worse than the baseline: {figures}; {' and '.join(part for part in (fell, worse) if part)}"
    return f"whether it is worse than the baseline {_why_open(comparison)}"


def gate_lines(comparison: Comparison, width: int = WIDEST, encoding: str | None = "utf-8") -> list[Line]:
    """All that is said of a comparison: the warnings first, the sentence, what it rests on, and what to do.

    Lines are as wide as those of `summary_lines`.
    """
    baseline = comparison.baseline
    trials = sorted({baseline.tasks[name].trials for name in comparison.shared.compared})
    each = f"{trials[0]}" if len(trials) == 1 else f"{trials[0]} to {trials[-1]}"
    size = (
        f"{counted(len(comparison.shared.compared), 'task')}, {each} trials each, {counted(len(baseline.runs), 'run')}"
    )
    lines = [Line(f"gate: against {comparison.path}, agent {baseline.agent} ({size})", "bold")]
    lines += _warnings(comparison)
    lines.append(Line(f"{comparison.ruling.upper()}: {headline(comparison)}", STYLES[comparison.ruling]))
    lines += [*_overall(comparison), *_by_task(comparison), *_left_out(comparison), *_sees(comparison)]
    failed, open_ = (comparison.ruling is ruling for ruling in (Ruling.FAILS, Ruling.CANT_TELL))
    lines += _shifts(comparison) if failed else ()
    commands = _confirm(comparison) if failed else _what_to_do(comparison) if open_ else ()
    # A command that is broken into lines is of no use.
    return [*fitted(lines, width, encoding), *commands]


def closing_lines(closing: Closing, encoding: str | None = "utf-8") -> list[Line]:
    """What a session says at its end of the options ``--baseline`` and ``--save-baseline``."""
    lines = gate_lines(closing.comparison, encoding=encoding) if closing.comparison else []
    saved = [Line(f"baseline: written to {closing.saved}", "bold")] if closing.saved else []
    return [*lines, *fitted([*saved, *(Line(problem, "yellow") for problem in closing.problems)], WIDEST, encoding)]


# ---- figures in words


def points(drop: float) -> str:
    return f"{100 * drop:.1f} points"


def _signed(rise: float) -> str:
    return f"{round(100 * rise, 1) + 0.0:+.1f}"


def bounds(figure: Bounds) -> str:
    return share(figure.low) if figure.known else f"{share(figure.low)} to {share(figure.high)}"


def names(tasks: Sequence[str]) -> str:
    """*one*, *one and two*, or *17 tasks*."""
    if len(tasks) > MOST_NAMES:
        return f"{len(tasks)} tasks"
    return " and ".join([", ".join(tasks[:-1]), tasks[-1]]) if len(tasks) > 1 else "".join(tasks)


def _p(p: Bounds) -> str:
    ends = [f"{end:.2g}" if end >= 0.0001 else "below 0.0001" for end in (p.low, p.high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _count(count: TaskCount) -> str:
    open_ = count.planned - count.judged
    return f"{count.passed}/{count.planned}" + (f" ({open_} not judged)" if open_ else "")


# ---- the parts


def _why_open(comparison: Comparison) -> str:
    shared = comparison.shared
    if not shared.enough:
        planned = len(shared.compared) + len(shared.changed) + len(shared.added)
        return f"can't be said of {len(shared.compared)} of {planned} tasks, the only ones that are the same there"
    return f"hangs on {counted(comparison.missing, 'trial')} that {_was(comparison.missing)} not judged"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _what_to_do(comparison: Comparison) -> Iterator[Line]:
    """On what can't be told: commands, unbroken."""
    if not comparison.shared.enough:
        yield Line("save a new baseline of the version to compare with, on today's tasks")
    if comparison.missing:
        yield Line(f"to run what is missing: pytest --resume={shlex.quote(str(comparison.run.folder))}")


def _warnings(comparison: Comparison) -> Iterator[Line]:
    if comparison.different:
        others = " and another ".join(comparison.different)
        told = f"Compared with --baseline-anyway: this run has another {others}; a difference may come from that."
        yield Line(told, "yellow")
    alike, overall = comparison.decision.alike, comparison.decision.overall
    if not (alike and alike.warns):
        return
    differ = f"the tasks differ between the two runs by more than independent trials can (p {alike.p:.2g})"
    if overall and overall.ruling is Ruling.FAILS and alike.sign_flip <= comparison.terms.alpha:
        yield Line(
            f"note: {differ}, as they do after a large drop. That the run as a whole is worse holds even if the trials "
            f"of a task are alike within a run (sign-flip over tasks, p {alike.sign_flip:.2g})."
        )
        return
    yield Line(
        f"WARNING: {differ}. Either many tasks really changed, or the trials of a task are alike within a run "
        "(temperature 0, a day's cache). In that case this gate raises a false alarm far more often than 5 times in "
        "100: 10, 30 or 65 times where the trials' correlation is 5, 15 or 30 %. Of the drop as a whole, the p that "
        f"holds nevertheless (sign-flip over tasks) is {alike.sign_flip:.2g}.",
        "yellow",
    )


def _overall(comparison: Comparison) -> Iterator[Line]:
    decision, overall = comparison.decision, comparison.decision.overall
    if overall is None:
        return
    drop = decision.drop
    moved = (
        f"fell by {points(drop.low)}"
        if drop.low > 0
        else f"rose by {points(-drop.low)}"
        if drop.low < 0
        else "is the same"
    )
    if not drop.known:
        moved = f"changed by {points(-drop.high)} to {points(-drop.low)}"
    ends = decision.these_tasks
    interval = f", 95% interval {_signed(-ends[1])} to {_signed(-ends[0])} points for these tasks" if ends else ""
    yield Line(f"overall: pass^1 {moved}{interval}; p {_p(overall.p)}, fails at {_p(overall.level)} or less")


def _by_task(comparison: Comparison) -> Iterator[Line]:
    found = comparison.decision.by_task
    if found is None:
        return
    for change in found.changes:
        if change.task in found.worse:
            yield Line(f"got worse: {_change(change, change.adjusted)}", "red")
    for change in found.changes:
        if change.task in found.better:
            yield Line(f"got better: {_change(change, change.adjusted_better)}", "green")
    if not (found.worse or found.better):
        yield Line("by task: no single task changed by more than chance")


def _change(change: TaskChange, p: Bounds) -> str:
    return (
        f"{change.task} {_count(change.before)} -> {_count(change.after)} (p {_p(p)}, for having looked at all tasks)"
    )


def _left_out(comparison: Comparison) -> Iterator[Line]:
    shared = comparison.shared
    for tasks, why in ((shared.changed, "changed since the baseline"), (shared.added, "not in the baseline")):
        if tasks:
            yield Line(f"left out, since {why}: {', '.join(tasks)}", "yellow")
    if shared.not_run:
        few = f": {', '.join(shared.not_run)}" if len(shared.not_run) <= MOST_NAMES else ""
        yield Line(f"not run: {counted(len(shared.not_run), 'task')} of the baseline{few}")


def _sees(comparison: Comparison) -> Iterator[Line]:
    decision, power, trials = comparison.decision, comparison.power, comparison.trials
    if decision.overall:
        drop = power.detectable_drop(trials) if power else None
        smallest = comparison.terms.smallest_drop
        noticed = points(drop) if drop else "none"
        yield Line(f"a drop that this gate notices in {100 * POWER:.0f} % of all cases: {noticed}")
        if power and (drop is None or drop > smallest):
            needed = power.trials_needed(smallest)
            yield Line(f"  to notice {points(smallest)} (--smallest-drop) it takes {_needed(needed.new, needed.both)}")
        elif power is None:
            yield Line("  with one trial of a task in the baseline nothing can be said of it")
    if decision.by_task:
        yield Line(f"the smallest change of one task that it can show: {_smallest(decision.by_task, trials)}")


def _needed(new: int | None, both: int | None) -> str:
    if new:
        return f"{counted(new, 'trial')} of each task (--count={new})"
    if both:
        return f"a larger baseline: {counted(both, 'trial')} of each task in both runs"
    return "another agent: too little is solved for such a drop"


def _smallest(found: ByTask, trials: int) -> str:
    change = found.smallest_change
    if change is None:
        return f"none, with {counted(trials, 'trial')} and these counts"
    return f"{change.c0}/{change.n0} -> {change.c1}/{change.n1}"


def _shifts(comparison: Comparison) -> Iterator[Line]:
    shown = [shift for shift in comparison.shifts if shift.after > shift.before]
    if shown:
        yield Line("what is wrong more often, as shares of the judged trials (not tested)", "bold")
    for kind, label in KINDS.items():
        rose = [shift for shift in shown if shift.kind == kind][:MOST_SHIFTS]
        told = [f"{_name(kind, shift.name)} {share(shift.before)} -> {share(shift.after)}" for shift in rose]
        if told:
            yield Line(f"  {label}: {', '.join(told)}")


def _name(kind: Kind, name: str) -> str:
    if kind == "dimension":
        return next((text for key, text in DIMENSIONS.items() if key == name), name)
    if kind == "conduct":
        return next((many for key, (_, many) in CONDUCT.items() if key == name), name)
    return name


def _confirm(comparison: Comparison) -> Iterator[Line]:
    found, overall = comparison.decision.by_task, comparison.decision.overall
    asked = ["overall"] if overall and overall.ruling is Ruling.FAILS else []
    asked += found.worse if found else ()
    yield Line("to confirm: run both versions again side by side, then compare those two runs alone", "bold")
    yield Line(f"  {_again(comparison, comparison.run.manifest.agent)}   # this version")
    yield Line(f"  {_again(comparison, comparison.baseline.agent)}   # the baseline's")
    asks = " ".join(f"--ask={shlex.quote(what)}" for what in asked)
    yield Line(f"  ecom compare NEW2 BASE2 --alpha={CONFIRM_ALPHA} {asks}")


def _again(comparison: Comparison, agent: str) -> str:
    """The command that makes such a run with other seeds; which tasks were selected isn't known."""
    settings = {**comparison.run.manifest.settings, "agent": agent}
    given = [
        f"--{option.name}={settings[option.field]}"
        for option in OPTIONS
        if option.field in AGAIN and settings.get(option.field, option.unset) != option.unset
    ]
    return shlex.join(["pytest", *given, f"--seed={settings.get('seed', 0) + 1}"])
