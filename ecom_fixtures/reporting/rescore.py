"""What judging a run again has come to, in lines: what changed and why, and where the world answers otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.evaluation.judgement import Verdict
from ecom_fixtures.reporting.explain import class_of, reason
from ecom_fixtures.reporting.terminal import WIDEST, Line, fitted
from ecom_fixtures.reporting.words import CONDUCT, DIMENSIONS, OUTCOMES, counted, trial_name, value
from ecom_fixtures.runs.figures import FINDINGS
from ecom_fixtures.runs.rescore import Rejudged, Rescoring
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.rescore import Otherwise
from ecom_fixtures.worlds.words import Words

# Unless all are asked for, so many calls and so many trials are told.
MOST = 10
# Of an answer, from a little before where it differs.
_BEFORE, _WIDTH = 20, 80


def rescore_lines(
    rescoring: Rescoring, *, everything: bool = False, width: int = WIDEST, encoding: str | None = "utf-8"
) -> list[Line]:
    """All that is said of a run that was judged again; ``everything`` leaves no trial and no call out."""
    parts = [_head(rescoring), _left(rescoring), _otherwise(rescoring, everything), _changed(rescoring, everything)]
    lines: list[Line] = []
    for part in (*parts, _result(rescoring)):
        block = list(part)
        lines += [*([Line("")] if lines and block else []), *block]
    return fitted(lines, width, encoding)


def _head(rescoring: Rescoring) -> Iterator[Line]:
    run, folder = rescoring.manifest, rescoring.dataset.folder
    yield Line(f"{run.run}: {counted(rescoring.judged, 'trial')} judged again by {folder} as it stands", "bold")
    if rescoring.same_dataset:
        yield Line("It is the dataset that the run was made with.")
        return
    then, now = run.fingerprints.get("dataset", "")[:8], rescoring.dataset.fingerprint()[:8]
    given = run.settings.get("ecom_dir")
    by = f", with --ecom-dir={given}" if given else ""
    yield Line(f"The run was made with another state of the dataset ({then}, here {now}){by}.", "yellow")


def _left(rescoring: Rescoring) -> Iterator[Line]:
    if rescoring.unjudged:
        yield Line(f"Left as they were: {counted(rescoring.unjudged, 'trial')} that said nothing of the agent.")
    if gone := rescoring.gone:
        trials, names = counted(sum(gone.values()), "trial"), ", ".join(sorted(gone))
        yield Line(f"Left as they were: {trials} of tasks that the dataset hasn't got any more ({names}).")
    if rescoring.read:
        model = rescoring.manifest.settings.get("vision")
        yield Line(
            f"{counted(rescoring.read, 'look-up')} of pictures had been answered by {model}: these answers were taken "
            "as they stand, and not compared."
        )


def _otherwise(rescoring: Rescoring, everything: bool) -> Iterator[Line]:
    """Each call that is answered otherwise, with the trials that had made it."""
    if not (found := rescoring.otherwise):
        return
    calls = counted(sum(map(len, found.values())), "recorded call")
    yield Line(f"{calls} in {counted(len(found), 'trial')} would be answered otherwise today", "yellow")
    yield Line("From there on the dialogue would have gone otherwise too, and its verdict says the less.")
    alike: dict[tuple[str, str], list[tuple[Case, Otherwise]]] = {}
    for case, differing in found.items():
        for one in differing:
            made = Call(tool=one.call.tool, arguments=one.call.arguments)
            alike.setdefault((case.task_id, str(made)), []).append((case, one))
    for (task, call), times in list(alike.items())[: None if everything else MOST]:
        yield Line(f"{task}: {call}")
        yield Line(f"  in {'; '.join(dict.fromkeys(trial_name(case) for case, _ in times))}")
        yield from (Line(f"  {text}") for text in _answers(times[0][1]))
    yield from _more(len(alike), "call", everything)


def _answers(one: Otherwise) -> Iterator[str]:
    then, now = one.call.result, one.today.text
    place = next((n for n, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), min(len(then), len(now)))
    yield f"then {'ok' if one.call.ok else 'refused'}: {_part(then, place)}"
    yield f"today {'refused' if one.today.refused else 'ok'}: {_part(now, place)}"


def _part(text: str, place: int) -> str:
    start = max(0, place - _BEFORE)
    end = start + _WIDTH
    return f"{'...' if start else ''}{' '.join(text[start:end].split())}{'...' if end < len(text) else ''}"


def _changed(rescoring: Rescoring, everything: bool) -> Iterator[Line]:
    changed, of = rescoring.changed, counted(rescoring.judged, "trial")
    if not changed:
        yield Line(f"None of {of} is judged otherwise.", "bold")
        return
    kinds = Counter(map(_kind, changed))
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in _KINDS.values() if kinds[kind])
    yield Line(f"{len(changed)} of {of} {'change' if len(changed) > 1 else 'changes'}: {told}", "bold")
    for one in changed[: None if everything else MOST]:
        yield from _trial(one, rescoring)
    yield from _more(len(changed), "trial", everything)


def _more(of: int, what: str, everything: bool) -> Iterator[Line]:
    if of > MOST and not everything:
        yield Line(f"and {counted(of - MOST, f'more {what}')}; -v tells them all")


# By whether the trial was solved, and whether it is.
_KINDS = {
    (False, True): "now solved",
    (True, False): "no longer",
    (False, False): "unsolved for other reasons",
    (True, True): "solved with other conduct",
}


def _kind(one: Rejudged) -> str:
    return _KINDS[one.before.passed, one.after.passed]


def _trial(one: Rejudged, rescoring: Rescoring) -> Iterator[Line]:
    before, after, words = one.before, one.after, rescoring.source.words
    arrow = f"{OUTCOMES[before.outcome]} -> {OUTCOMES[after.outcome]}"
    yield Line(f"{after.task}, {trial_name(after)}: {arrow}", "green" if after.passed else "red")
    was, now = _evidence(before, words), _evidence(after, words)
    for what in dict.fromkeys((*was, *now)):
        yield from (Line(f"  no longer: {what}: {text}") for text in was.get(what, ()) if text not in now.get(what, ()))
        yield from (Line(f"  new: {what}: {text}") for text in now.get(what, ()) if text not in was.get(what, ()))
    if before.failure and after.failure and before.failure != after.failure:
        yield Line(f"  class: {class_of(before.failure)} -> {class_of(after.failure)}")
    if why := reason(after, words, rescoring.task(after.task)):
        yield Line(f"  why it is unsolved: {why}")


def _evidence(record: Record, words: Words) -> dict[str, Sequence[str]]:
    """What is found in a trial, by what is wrong."""
    verdict = record.verdict or Verdict()
    return {
        DIMENSIONS["action"]: [words.difference(change) for change in verdict.state_diff],
        DIMENSIONS["search"]: [str(missing) for missing in verdict.missing_searches],
        DIMENSIONS["output"]: [str(missing) for missing in verdict.missing_keywords],
        **{CONDUCT[kind][0]: getattr(record.conduct, kind) for kind in FINDINGS},
    }


def _result(rescoring: Rescoring) -> Iterator[Line]:
    if rescoring.before.pass_k:
        before, after = (value(one.pass_k[0]) for one in (rescoring.before, rescoring.figures))
        yield Line(f"pass^1 {before} as the run was judged, {after} today")
