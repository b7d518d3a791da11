"""Do two runs tell of the same trials? `python benchmarks/same_journals.py OLD_RUN NEW_RUN`, two folders of runs.

Left out is what differs from run to run, and what newer journals tell besides: schema_version, started, seconds, calls,
and an event's start, duration and pictures. An absent variant is an empty one. The exit status is 1 on any difference.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

LEFT_OUT = {"schema_version", "started", "seconds", "calls"}
LEFT_OUT_OF_EVENTS = {"start", "duration", "pictures"}
ABSENT = object()
WIDTH = 60

Case = tuple[str, str, int]
Records = dict[Case, dict[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the first differences and how many there are; return the exit status."""
    parser = argparse.ArgumentParser(description="Compare the journals of two runs, but for times.")
    parser.add_argument("old", type=Path, metavar="OLD_RUN", help="folder of a run")
    parser.add_argument("new", type=Path, metavar="NEW_RUN", help="folder of the run to compare with it")
    parser.add_argument("--show", type=int, default=10, metavar="N", help="differences to print (default: 10)")
    chosen = parser.parse_args(arguments)
    old, new = read_trials(chosen.old), read_trials(chosen.new)
    found = [(case, text) for case in sorted(old | new) for text in compare(old.get(case), new.get(case))]
    for case, text in found[: chosen.show]:
        print(f"{name(case)}: {text}")
    if len(found) > chosen.show:
        print(f"... and {len(found) - chosen.show} more")
    if not found:
        print(f"the same: {len(old)} trials")
        return 0
    trials = len({case for case, _ in found})
    print(f"differences: {len(found)}, in {trials} of {len(old | new)} trials")
    return 1


def read_trials(run: Path) -> Records:
    """The trials of a run by task, variant and number, without what is left out; a second record of one is ignored."""
    records: Records = {}
    with (run / "journal.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = {"variant": ""} | {key: value for key, value in json.loads(line).items() if key not in LEFT_OUT}
            record["events"] = [
                {key: value for key, value in event.items() if key not in LEFT_OUT_OF_EVENTS}
                for event in record["events"]
            ]
            records.setdefault((record["task"], record["variant"], record["trial"]), record)
    return records


def name(case: Case) -> str:
    """A case as it is printed: moved-change-all-orders t03."""
    task, variant, trial = case
    return " ".join(part for part in (task, variant, f"t{trial:02d}") if part)


def compare(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[str]:
    """A line for everything in which two records of a trial differ; None stands for no record."""
    if old is None or new is None:
        yield "not in the new run" if new is None else "not in the old run"
    else:
        yield from _differences("", old, new)


def _differences(place: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old | new:
            yield from _differences(f"{place}.{key}".lstrip("."), old.get(key, ABSENT), new.get(key, ABSENT))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{place}[{number}]", one, other)
    elif isinstance(old, list) and isinstance(new, list):
        yield f"{place}: {len(old)} -> {len(new)} of them"
        # Only the first: one more in between makes all that follow differ.
        first = _alike(old, new)
        if first < min(len(old), len(new)):
            yield from _differences(f"{place}[{first}]", old[first], new[first])
    elif old != new or type(old) is not type(new):
        yield f"{place}: {' -> '.join(_pair(old, new))}"


def _pair(old: Any, new: Any) -> tuple[str, str]:
    """Both values in short; of two long texts the parts around the first character that differs."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return _shown(old), _shown(new)
    same = _alike(old, new)
    start = max(0, same - WIDTH // 3) if max(len(old), len(new)) > WIDTH else 0
    before = "..." if start else ""
    return before + _shown(old[start:]), before + _shown(new[start:])


def _alike(old: Sequence[Any], new: Sequence[Any]) -> int:
    """How many items or characters are the same from the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}..."


if __name__ == "__main__":
    sys.exit(main())
