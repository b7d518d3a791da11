"""What it costs to look for answers in hostile texts of 100 kB: CPU of each public function, over its target or not.

python benchmarks/matching_cost.py            # the dearest text for each function
python benchmarks/matching_cost.py --all      # every function with every text
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from typing import Any

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Intent
from ecom_fixtures.evaluation.answers import missing_answers
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.keywords import missing_keywords
from ecom_fixtures.language import acts, consent, numbers, operations, saying, states, stating, text, values
from ecom_fixtures.trajectory import Message

SIZE = 100_000
# CPU seconds for a text of that size.
TARGET = 0.1
ROUNDS = 3
Function = Callable[[str], Any]

UNITS = {
    "zeros": "0",
    "digits": "1234567890",
    "digits and commas": "1,",
    "digits and points": "1.",
    "thousands": "1,000,",
    "no, no": "no, ",
    "a, a, a": "a, ",
    "not a, a": "not a, a, a or a, ",
    "not": "not ",
    "instead of": "instead of ",
    "or": "x or, ",
    "and": "one and ",
    "new lines": "\n",
    "blanks": " ",
    "points": ".",
    "hyphens": "-",
    "apostrophes": "'",
    "stars": "*",
    "brackets": "(",
    "one word": "a",
    "wide digits": "￥１００，",
    "amounts": "100 yuan ",
    "two fees": "The fee is 100 yuan. The fee is 120 yuan. ",
    "choices": "100 or ",
    "sides": "1 x ",
    "measures": "12 cm ",
    "words of numbers": "one hundred ",
    "dates": "24 nov ",
    "half a date": "2025-11-",
    "clocks": "15:30:",
    "phones": "+86 13",
    "free": "free of ",
    "yes": "yes, ",
    "questions": "? ",
    "names": "the teapot and the tote bag, ",
    "will be": "will be delivered ",
    "JSON": '{"a":',
}
ANSWERS: list[dict[str, Any]] = [
    {"money": 100, "wrong": [120]},
    {"days": 18, "wrong": [20]},
    {"length": "12 cm", "wrong": ["14 cm"]},
    {"percent": 10},
    {"count": 5, "of": "photos"},
    {"date": "2025-11-24"},
    {"weekday": "thursday"},
    {"time": "15:30"},
    {"name": ["teapot"], "wrong": ["tote bag"]},
    {"state": "not_registered", "wrong": ["registered"]},
    {"no": {"length": "12 cm"}},
    {"one_of": [{"money": 1}, {"name": "teapot"}]},
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every function with every text, not only the dearest")
    every = parser.parse_args().all
    missed = 0
    for name, function in functions().items():
        function("One call of 100 yuan, that all word lists are read.")
        costs = {hostile: cost(function, unit) for hostile, unit in UNITS.items()}
        dearest = max(costs, key=lambda hostile: costs[hostile])
        for hostile in costs if every else [dearest]:
            over = costs[hostile] > TARGET
            missed += over
            print(f"{name:32} {hostile:18} {costs[hostile] * 1000:6.0f} ms  {'MISSED' if over else 'ok'}", flush=True)
    print(f"{missed} over {TARGET * 1000:.0f} ms for {SIZE // 1000} kB")


def cost(function: Function, unit: str) -> float:
    """CPU seconds of one call, the least of a few; each with a text that nobody has seen before."""
    return min(_cost(function, hostile(unit) + f" {number}") for number in range(ROUNDS))


def hostile(unit: str) -> str:
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


def functions() -> Mapping[str, Function]:
    """What takes a text of the agent's or the customer's, by name."""
    found: dict[str, Function] = {
        "text.folded": text.folded,
        "text.plain": text.plain,
        "numbers.numbers": lambda said: list(numbers.numbers(said)),
        "values.find": values.find,
        "saying.says": lambda said: saying.says("tote bag", text.folded(said), denied_after=True),
        "saying.denies": lambda said: saying.denies(text.folded(said), SIZE - 2),
        "saying.in_contrast": lambda said: saying.in_contrast(text.folded(said), SIZE // 2),
        "states.says_state": lambda said: states.says_state("shipped", text.folded(said)),
        "acts.hear": acts.hear,
        "consent.consent": consent.consent,
        "operations.names_operation": lambda said: operations.names_operation("cancel", said),
    }
    for written in ANSWERS:
        answer = Answer.model_validate(written)
        found[f"stating.is_stated {answer.kind}"] = _bound(stating.is_stated, answer)
        found[f"stating.contradiction {answer.kind}"] = _bound(stating.contradiction, answer)
    task = Dataset.load(default_folder()).tasks[0]
    question = {"id": "ask", "say": "Well?", "goal": "Ask."}
    typed = Intent.model_validate({**question, "answers": ANSWERS[:1]})
    worded = Intent.model_validate({**question, "keywords": ["tote bag"]})
    asks, tells = (task.model_copy(update={"intents": (each,)}) for each in (typed, worded))
    found["answers.missing_answers"] = lambda said: missing_answers(asks, _dialogue(said))
    found["keywords.missing_keywords"] = lambda said: missing_keywords(tells, [said])
    return found


def _bound(function: Callable[[Answer, str], Any], answer: Answer) -> Function:
    return lambda said: function(answer, said)


def _dialogue(said: str) -> Dialogue:
    return Dialogue.of([Message(role="customer", text="Well?", intent="ask"), Message(role="agent", text=said)])


def _cost(function: Function, said: str) -> float:
    started = time.process_time()
    function(said)
    return time.process_time() - started


if __name__ == "__main__":
    main()
