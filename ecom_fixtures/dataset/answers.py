"""What a good answer must contain, as typed values: ``{money: 100}``, ``{months: 12}``, ``{no: {length: 12 cm}}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field, model_validator

from ecom_fixtures.values import Model

DURATIONS = ("minutes", "hours", "days", "weeks", "months", "years")
MEASURES = ("length", "weight", "volume", "power", "measure")
NUMBERS = ("money", "percent", "count", *DURATIONS)
TEXTS = ("date", "weekday", "time", "name", "state", *MEASURES)
KINDS = (*NUMBERS, *TEXTS, "yes", "no", "one_of")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOW = f"write one as {{kind: value}}, where the kinds are {', '.join(KINDS)}"
# So many wordings are listed one by one.
_FEW = 3
# TOOL(id).field, and what was meant to be one
_LOOK_UP = re.compile(r"(?P<tool>[a-z_]+)\((?P<id>[^()]+)\)\.(?P<field>[a-z_]+)")
_ALMOST = re.compile(r"[a-z]+(?:_[a-z]+)+ ?\(")
_FORMS = {
    "date": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"),
    "time": re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"),
    "weekday": re.compile("|".join(WEEKDAYS)),
    **dict.fromkeys(MEASURES, re.compile(r"\d+(?:\.\d+)? ?[^\d\s.].*")),
}


class LookUp(Model):
    """Where a value is looked up: what ``tool`` says of ``id`` under ``field``."""

    tool: str
    id: str
    field: str

    def __str__(self) -> str:
        return f"{self.tool}({self.id}).{self.field}"


class Answer(Model):
    """One value that the agent must state, written in a file as ``{kind: value}``.

    ``value`` is a number for money (yuan), percent, count and durations, a text for the others; of a name every
    spelling; of *yes* and *no* the answer that is the reason, of *one_of* those of which one is enough. ``of`` says
    what is counted. ``wrong`` are values of the same kind that a wrong answer would have; a message that states one
    doesn't count.
    """

    kind: Annotated[str, Field(pattern=rf"^(?:{'|'.join(KINDS)})$")]
    value: Decimal | str | LookUp | tuple[str, ...] | Answer | tuple[Answer, ...]
    of: str = ""
    wrong: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, given: Any) -> Any:
        if isinstance(given, Answer):
            return given
        if not isinstance(given, dict):
            raise ValueError(f"{given!r} is no answer; {_HOW}")
        if "kind" in given:
            # JSON has no decimals of its own.
            number = given["kind"] in NUMBERS and isinstance(given.get("value"), str)
            return {**given, "value": _value(given["kind"], given["value"])} if number else given
        kinds = [key for key in given if key not in ("of", "wrong")]
        if len(kinds) != 1 or kinds[0] not in KINDS:
            raise ValueError(f"{', '.join(map(str, kinds)) or 'nothing'} is no kind of answer; {_HOW}")
        [kind] = kinds
        wrong = given.get("wrong", ())
        wrong = [_wrong(kind, value) for value in (wrong if isinstance(wrong, list | tuple) else [wrong])]
        return {"kind": kind, "value": _value(kind, given[kind]), "of": given.get("of", ""), "wrong": wrong}

    @property
    def claim(self) -> tuple[object, ...]:
        """What is said by it, whatever a wrong answer would say: two questions may have the same."""
        return self.kind, self.value, self.of

    @property
    def look_ups(self) -> Iterator[LookUp]:
        """Every look-up that it takes to know the answer."""
        match self.value:
            case LookUp():
                yield self.value
            case Answer():
                yield from self.value.look_ups
            case tuple():
                for each in self.value:
                    if isinstance(each, Answer):
                        yield from each.look_ups

    @property
    def spoken(self) -> str:
        """The answer as somebody gives it who has it: of several spellings or choices the first."""
        match self.kind, self.value:
            case (("yes" | "no"), Answer()):
                return f"{self.kind.capitalize()}, {self.value.spoken}"
            case "one_of", (Answer() as first, *_):
                return first.spoken
            case "name", (str() as first, *_):
                return first
            case "state", str() as state:
                return state.replace("_", " ")
        return str(self).capitalize() if self.kind == "weekday" else str(self)

    def __str__(self) -> str:
        match self.kind, self.value:
            case (("yes" | "no"), Answer()):
                return f"{self.kind}, since {self.value}"
            case "one_of", tuple():
                return _either([str(each) for each in self.value])
            case "name", tuple():
                return _either([repr(each) for each in self.value])
            case "state", str() as state:
                return state.replace("_", " ")
            case "money", value:
                return f"{_figures(value)} yuan"
            case "percent", value:
                return f"{_figures(value)} %"
            case "count", value:
                return f"{_figures(value)} {self.of}".strip()
            case kind, value if kind in DURATIONS:
                return f"{_figures(value)} {kind.removesuffix('s') if value == 1 else kind}"
        return str(self.value)


def _figures(value: Any) -> str:
    """A number without zeros that say nothing: 100 for 100.00, but 4.80 stays 4.8."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _either(choices: list[str]) -> str:
    """A few choices as they are, of many the first."""
    return " or ".join(choices) if len(choices) <= _FEW else f"{choices[0]} or one of {len(choices) - 1} other wordings"


def _wrong(kind: str, given: Any) -> str:
    """A wrong value as text; it must be readable as the right one is, lest judging find out that it isn't."""
    if kind in (*NUMBERS, *_FORMS) and isinstance(_value(kind, given), dict):
        raise ValueError(f"{kind}: the wrong value {str(given)!r} can't be looked up")
    return str(given).strip()


def _value(kind: str, given: Any) -> Any:
    if isinstance(given, str) and (found := _LOOK_UP.fullmatch(given.strip())):
        return found.groupdict()
    if isinstance(given, str) and _ALMOST.match(given.strip()):
        raise ValueError(f"{kind}: {given!r} isn't a look-up; write it as TOOL(id).field")
    if kind in ("yes", "no"):
        return Answer.model_validate(given)
    if kind == "one_of":
        return tuple(Answer.model_validate(each) for each in (given if isinstance(given, list | tuple) else [given]))
    if kind == "name":
        return [str(each) for each in (given if isinstance(given, list | tuple) else [given])]
    if kind in NUMBERS:
        try:
            number = Decimal("NaN" if isinstance(given, bool) else str(given))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(f"{kind}: {given!r} is neither a number nor TOOL(id).field")
        return number
    text = str(given).strip()
    if kind in _FORMS and not _FORMS[kind].fullmatch(text):
        raise ValueError(f"{kind}: {text!r} can't be read")
    return text
