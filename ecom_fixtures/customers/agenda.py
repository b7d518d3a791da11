"""The agenda customer: no language model; walks the intents in order, and listens to what the agent does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from ecom_fixtures.customers.knowing import Checked, Knowledge, proposed
from ecom_fixtures.customers.manner import Manner
from ecom_fixtures.customers.protocol import Role, Turn
from ecom_fixtures.customers.telling import Telling, phrases, wish
from ecom_fixtures.dataset.tasks import Intent
from ecom_fixtures.language.acts import WAITING, Act, Heard, Kind, hear
from ecom_fixtures.language.stating import states
from ecom_fixtures.trajectory import Event, Message, calls_in, last_said
from ecom_fixtures.worlds.matching import done, fulfils

# Raise it with every change after which this customer may say something else to the same words, here, in `knowing`,
# `telling`, `manner` or in `language`. Runs with other rules are not compared.
AGENDA_RULES = 2

# How often a customer corrects a proposal, answers one that comes too early, and agrees when asked.
OBJECTIONS, EARLY, YESES = 2, 2, 4


class AgendaCustomer:
    """Raises one intent after the other in the persona's manner, answers by the task's facts, checks proposals.

    An intent with actions is over when they have happened in the shop, one without when it was answered. Where nothing
    is asked and nothing has happened, the customer says in full what they agree to; after that often enough, they give
    up on it.
    """

    def __init__(self, role: Role) -> None:
        self._role = role
        self._place, self._before, self._since = -1, 0, 0
        self._times: Counter[str] = Counter()
        chance = Random(role.seed)
        self._wordings = {intent.id: chance.sample(intent.say, len(intent.say)) for intent in role.task.intents}
        self._manner = Manner(role.persona, chance, room=_room(role.task.intents))
        self._telling = Telling(role.task, chance)
        self._chance = chance
        self._sent: set[str] = set()
        self._dropped: set[str] = set()
        self._unsaid: list[str] = []

    async def respond(self, events: Sequence[Event]) -> Turn:
        if self._unsaid:
            return self._turn(self._unsaid.pop(0))
        if self._place < 0:
            return self._raise_next(events)
        intent = self._role.task.intents[self._place]
        heard = hear(last_said(events))
        return self._react(intent, heard, events) or self._raise_next(events)

    # What there is to say to the present intent; None when it is over.

    def _react(self, intent: Intent, heard: Sequence[Heard], events: Sequence[Event]) -> Turn | None:
        settled = self._is_settled(intent, events)
        if picture := self._picture(intent, heard):
            return self._turn(picture, "picture")
        if insisted := self._insist(intent, heard):
            return self._turn(insisted, "insisted")
        if settled and self._is_through(intent, heard):
            return None
        parts, acts = self._replies(intent, heard, settled=settled)
        if parts:
            return self._turn(" ".join(parts), *acts)
        return self._nothing_asked(intent, events, settled=settled)

    def _replies(self, intent: Intent, heard: Sequence[Heard], *, settled: bool) -> tuple[list[str], list[str]]:
        """Answers to what is asked, then to what is proposed."""
        parts, acts = [], []
        asked = [each for each in heard if each.act in (Act.ASKS, Act.OFFERS)]
        if not settled and (told := self._telling.answer(intent, self._words(intent), asked)):
            parts.append(told)
            acts.append("told")
        if not parts and intent.actions and not settled and any(each.act is Act.OPEN for each in heard):
            return ([wish(intent)], ["agreed"]) if self._often(intent, "open", EARLY) else ([], [])
        proposals = any(each.act is Act.PROPOSES for each in heard)
        if proposals and not (settled and intent.actions) and (answer := self._to_proposal(intent, heard)):
            parts += [answer[0]] if answer[0] not in parts else []
            acts.append(answer[1])
        return parts, acts

    def _to_proposal(self, intent: Intent, heard: Sequence[Heard]) -> tuple[str, str] | None:
        if not intent.actions:
            return (intent.answer_to_proposal, "declined") if self._often(intent, "early", EARLY) else None
        checked = self._knowledge(intent).check(proposed(heard))
        if checked is Checked.WRONG:
            if not self._often(intent, "objection", OBJECTIONS):
                self._dropped.add(intent.id)
                return None
            return intent.objection or f"No, that's not what I asked for. {self._words(intent)}", "objected"
        if not self._often(intent, "yes", YESES):
            return None
        if checked is Checked.UNCHECKED:
            condition = self._chance.choice(phrases()["unchecked"]["yes"])
            return intent.condition or f"{condition} {wish(intent)}".strip(), "agreed if"
        return intent.answer_to_proposal, "agreed"

    def _nothing_asked(self, intent: Intent, events: Sequence[Event], *, settled: bool) -> Turn | None:
        if intent.id in self._dropped:
            return None
        if intent.actions and not settled:
            if self._often(intent, "consent", len(self._manner.reminders)):
                times = self._times[f"{intent.id} consent"]
                return self._turn(self._manner.pressed(intent.answer_to_proposal, times), "agreed")
            return None
        if not self._is_answered(intent, events) and self._often(intent, "again", 1):
            return self._turn(self._manner.asked_again(self._words(intent, 1)), "asked again")
        return None

    def _insist(self, intent: Intent, heard: Sequence[Heard]) -> str:
        """What the customer says to a refusal, in whatever words it comes, once: to anything that asks them nothing."""
        asked = any(each.act in WAITING for each in heard)
        return intent.insists if intent.insists and not asked and self._often(intent, "insists", 1) else ""

    def _picture(self, intent: Intent, heard: Sequence[Heard]) -> str:
        """The picture that is asked for, if this intent or the next one holds it."""
        if not any(each.act is Act.PICTURE or Kind.PICTURE in each.kinds for each in heard):
            return ""
        near = self._role.task.intents[self._place : self._place + 2]
        holder = next((each for each in near if each.picture), None)
        if not self._often(intent, "picture", 2):
            return ""
        if holder is None or holder.picture is None:
            return self._chance.choice(phrases()["picture"]["none"])
        if holder.picture in self._sent:
            return f"{self._chance.choice(phrases()['picture']['again'])} {self._role.link(holder.picture)}"
        return self._shown(holder)

    # Where the dialogue stands.

    def _is_settled(self, intent: Intent, events: Sequence[Event]) -> bool:
        if intent.actions:
            return done(self._role.rules, intent, calls_in(events))
        if intent.answers:
            return self._is_answered(intent, events)
        since = _told(events[self._since :])
        return any(each.act in (Act.STATES, Act.REFUSES) for text in since for each in hear(text))

    def _is_through(self, intent: Intent, heard: Sequence[Heard]) -> bool:
        """Whether a settled intent needs no more words: a proposal beyond it is the next intent's."""
        beyond = any(each.act is Act.PROPOSES for each in heard)
        return not beyond or bool(intent.actions) or self._place + 1 < len(self._role.task.intents)

    def _is_answered(self, intent: Intent, events: Sequence[Event]) -> bool:
        said = _told(events[self._before :])
        return all(any(states(answer, text) for text in said) for answer in intent.answers)

    def _knowledge(self, intent: Intent) -> Knowledge:
        facts = (fact.tell for fact in self._role.task.facts)
        words = "\n".join([self._words(intent), intent.consent, intent.objection, *facts])
        return Knowledge(self._role.catalogue, tuple(self._role.deeds.get(intent.id, ())), words, self._role.task.about)

    def _often(self, intent: Intent, what: str, limit: int) -> bool:
        """Whether this has come up at most ``limit`` times in the intent; nobody says the same for ever."""
        self._times[f"{intent.id} {what}"] += 1
        return self._times[f"{intent.id} {what}"] <= limit

    # What is said.

    def _raise_next(self, events: Sequence[Event]) -> Turn:
        intents = self._role.task.intents
        self._place += 1
        self._before, self._since = self._since, len(events)
        while self._place < len(intents) and self._is_over_already(intents[self._place], events):
            self._place += 1
        if self._place == len(intents):
            return Turn(self._manner.farewell, stop=True, intent=intents[-1].id, acts=("stopped",))
        intent = intents[self._place]
        messages = self._manner.messages(self._words(intent), first=self._place == 0)
        if intent.picture:
            messages[-1] += f" {self._shown(intent)}"
        first, *self._unsaid = messages
        return self._turn(first, "raised")

    def _is_over_already(self, intent: Intent, events: Sequence[Event]) -> bool:
        """Whether the agent has done or told it before it was asked for; then it isn't asked for again."""
        if self._place == 0 or intent.picture or intent.insists or not (intent.actions or intent.answers):
            return False
        before = {answer.claim for answer in self._role.task.intents[self._place - 1].answers}
        if any(answer.claim in before for answer in intent.answers):
            # It was said to the question before.
            return False
        calls = calls_in(events)
        looked = all(any(fulfils(self._role.rules, search, call) for call in calls) for search in intent.searches)
        return looked and self._is_settled(intent, events)

    def _words(self, intent: Intent, number: int = 0) -> str:
        wordings = self._wordings[intent.id]
        return wordings[number % len(wordings)]

    def _shown(self, intent: Intent) -> str:
        assert intent.picture
        self._sent.add(intent.picture)
        return f"{intent.picture_words} {self._role.link(intent.picture)}"

    def _turn(self, text: str, *acts: str) -> Turn:
        return Turn(text, intent=self._role.task.intents[self._place].id, acts=acts)


def _told(events: Iterable[Event]) -> list[str]:
    """What the agent said."""
    return [event.text for event in events if isinstance(event, Message) and event.role == "agent"]


def _room(intents: Iterable[Intent]) -> int:
    """How many turns a task leaves for a persona's manner: a change takes two, and every second intent a question."""
    needs = [2 if intent.actions else 1 for intent in intents]
    return max(0, 18 - sum(needs) - (len(needs) + 1) // 2)
