"""What a task is: the customer's intents, what solving each of them takes, and the persona who brings them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.values import Model

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, Field(min_length=1)]
# The name of a file in images/.
Picture = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.png$", max_length=100)]


class Call(Model):
    """One expected tool call, written in a file as ``{manage_exchange: {action: exchange, ...}}``.

    ``platform``, ``shop_id`` and ``user_id`` may be left out: they are the task's own.
    """

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, dict) and "tool" not in value:
            if len(value) != 1:
                raise ValueError("write one call as {tool_name: {argument: value, ...}}")
            [(tool, arguments)] = value.items()
            return {"tool": tool, "arguments": {} if arguments is None else arguments}
        return value

    def __str__(self) -> str:
        return f"{self.tool}({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})"


class Keyword(Model):
    """Something that the agent must say within one message; any of the wordings counts.

    ``decoys`` are wrong answers to the same question. An agent that states one of them, in
    whatever message, has recited rather than answered, and the keyword doesn't count.
    """

    any_of: tuple[Text, ...] = Field(min_length=1)
    decoys: tuple[Text, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        return {"any_of": [value]} if isinstance(value, str) else value


class Fact(Model):
    """Something the customer tells only when asked for it.

    ``values`` are the literal strings that must not be said before that (an order id, a price).
    """

    about: Text
    asked_by: tuple[Text, ...] = Field(min_length=1)
    tell: Text
    values: tuple[Text, ...] = ()


class Intent(Model):
    """One step of the customer's visit and what solving it takes.

    ``say`` are the wordings in which the agenda customer brings it up, one of them in a trial; ``goal`` instructs a
    customer who is a language model. ``consent`` is the answer to *shall I go ahead?*: where the intent has actions a
    yes that says to what, else a no, unless given. ``condition`` is a yes to a proposal that the customer can't check,
    ``objection`` their answer to one that contradicts what they know, ``insists`` what they say to a refusal, once.
    ``proof`` are texts that the picture must show before the intent's actions are right.
    ``or_actions`` are other lists of actions that are as right as ``actions``. ``answers`` are the values that the
    agent must state, ``keywords`` what has no type.
    """

    id: Slug
    say: tuple[Text, ...] = Field(min_length=1)
    goal: Text
    picture: Picture | None = None
    picture_words: str = "Here is the picture."
    proof: tuple[Text, ...] = ()
    consent: str = ""
    condition: str = ""
    objection: str = ""
    insists: str = ""
    actions: tuple[Call, ...] = ()
    or_actions: tuple[tuple[Call, ...], ...] = ()
    searches: tuple[Call, ...] = ()
    answers: tuple[Answer, ...] = ()
    keywords: tuple[Keyword, ...] = ()

    @field_validator("say", mode="before")
    @classmethod
    def _one_wording(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @property
    def accepted(self) -> tuple[tuple[Call, ...], ...]:
        """Every list of actions that is right, ``actions`` first."""
        return (self.actions, *self.or_actions)

    @property
    def wanted(self) -> tuple[Answer, ...]:
        """Everything that the agent must say: the answers, and the keywords as names."""
        names = (Answer(kind="name", value=keyword.any_of, wrong=keyword.decoys) for keyword in self.keywords)
        return (*self.answers, *names)

    @property
    def answer_to_proposal(self) -> str:
        default = "Yes, please go ahead." if self.actions else "No, thank you, I only wanted to know."
        return self.consent or default


class Task(Model):
    """One case of the benchmark. Its ground truth is the sum over its intents."""

    number: int = Field(ge=0, strict=True)
    id: Slug
    title: Text
    tags: tuple[Slug, ...] = Field(min_length=1)
    platform: str
    shop_id: str
    user_id: str
    persona: Slug
    about: Text
    intents: tuple[Intent, ...] = Field(min_length=1)
    facts: tuple[Fact, ...] = ()
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _unique_intents(self) -> Task:
        ids = [intent.id for intent in self.intents]
        if twice := next((each for each in ids if ids.count(each) > 1), None):
            raise ValueError(f"intents: ids must differ, {twice!r} stands twice")
        return self

    @property
    def context(self) -> dict[str, str]:
        """What the agent is told before the first word: platform, shop_id, user_id."""
        return {"platform": self.platform, "shop_id": self.shop_id, "user_id": self.user_id}

    @property
    def pictures(self) -> tuple[str, ...]:
        return tuple(intent.picture for intent in self.intents if intent.picture)

    @property
    def searches(self) -> tuple[Call, ...]:
        return tuple(call for intent in self.intents for call in intent.searches)

    @property
    def keywords(self) -> tuple[Keyword, ...]:
        return tuple(keyword for intent in self.intents for keyword in intent.keywords)

    @property
    def words(self) -> frozenset[str]:
        """What ``-k`` and ``-m`` know this task by."""
        derived = {"multimodal"} if self.pictures else set()
        return frozenset({*self.tags, *derived})

    def calls(self) -> Iterator[Call]:
        """Every call that the ground truth names."""
        for intent in self.intents:
            yield from intent.searches
            yield from chain(*intent.accepted)

    def accepted(self) -> Iterator[tuple[Call, ...]]:
        """Every sequence of actions that solves the task: of each intent one of its accepted lists."""
        return (sum(choice, ()) for choice in product(*(intent.accepted for intent in self.intents)))


class Persona(Model):
    """Who the customer is: the dimensions of the paper's section 3.2, and how the agenda customer shows them.

    ``traits`` make the persona a group of an ablation: its side of each dimension that is compared; see
    `ecom_fixtures.dataset.ablation`.
    """

    id: Slug
    consumer: Text
    emotion: Literal["calm", "cheerful", "anxious", "irritated", "angry"]
    detail: Literal["careful", "average", "careless"]
    patience: Literal["high", "medium", "low"]
    trust: Literal["trusting", "neutral", "sceptical"]
    rights: Literal["aware", "average", "unaware"]
    asking: Literal["direct", "roundabout", "vague"]
    speech: Literal["short", "plain", "wordy"]
    pace: Literal["one message", "several messages"]
    portrait: Text
    traits: tuple[Slug, ...] = ()
