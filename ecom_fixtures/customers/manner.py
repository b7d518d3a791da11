"""How the agenda customer shows a persona, as far as templates can: length, mood, patience, vagueness, pace.

Nothing here names a fact: no number, no product, no answer; so the manner can't give anything away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from ecom_fixtures.dataset.tasks import Persona

# A dialogue has twenty turns; a manner may cost at most this many of them.
EXTRA_TURNS = 2
# Words that the first part of a split message must have.
SHORTEST = 4

_OPENERS = {
    "vague": ("There is something about a purchase of mine.", "I have a question. Well, more than one."),
    "roundabout": ("I wasn't sure whether to write at all, but here I am.", "Where do I begin?"),
}
_CROSS_OPENERS = {
    "vague": ("There is something wrong with a purchase of mine.", "I have a complaint. More than one, in fact."),
    "roundabout": ("I hadn't planned to spend my day on this.", "So this is where one has to go with it."),
}
_LEADS = {
    "cheerful": ("Lovely, thanks.", "Great!", "Good to have you here."),
    "anxious": ("I'm a bit worried about this.", "I hope this isn't a bother.", "Please bear with me."),
    "irritated": ("Right.", "Let's get on with it.", "Fine."),
    "angry": ("I've had enough of this.", "This can't go on like that.", "I expect better than this."),
}
_TAILS = {
    "wordy": (
        "I've been turning this over in my mind for a while, so I would be glad to have it settled today.",
        "I know that you have many people to look after, but for me this one does matter.",
        "My neighbour said that I should simply ask, and so I do.",
    ),
}
_REMINDERS = {
    "high": (
        "Take your time, but could you please see to that for me?",
        "I'm still here. Could you take care of it?",
        "I don't want to press you, but it isn't settled yet.",
    ),
    "medium": ("Could you please take care of that for me?", "I'm still waiting for what I asked you."),
    "low": ("Well? What about it?", "How much longer? Do it now, please."),
}
_AGAIN = (
    "I don't think you have answered that yet.",
    "I still don't know what I asked.",
    "That wasn't quite my question.",
)
_FAREWELLS = {
    "calm": "Thank you, that is all for today. Goodbye.",
    "cheerful": "That's all, thanks a lot. Have a good day!",
    "anxious": "That was everything, I think. Thank you, goodbye.",
    "irritated": "That's it. Goodbye.",
    "angry": "That's all. I hope that it stays settled this time.",
}


@dataclass
class Manner:
    """One persona's way of putting things in one dialogue; ``chance`` decides among equal wordings.

    ``room`` is how many turns the task leaves for it.
    """

    persona: Persona
    chance: Random
    room: int = EXTRA_TURNS
    _spent: int = field(default=0, init=False)
    _said: set[str] = field(default_factory=set, init=False)

    @property
    def reminders(self) -> tuple[str, ...]:
        """With what the customer presses for something, as often as their patience allows."""
        return _REMINDERS[self.persona.patience]

    def pressed(self, wish: str, times: int) -> str:
        """What the customer says when nothing happens: what they agree to, from the second time on with a push."""
        if times == 1:
            return wish
        return f"{self.reminders[min(times - 2, len(self.reminders) - 1)]} {wish}"

    def asked_again(self, words: str) -> str:
        """An intent's words once more, when its answer wasn't heard."""
        return f"{self._pick(_AGAIN)} {words}".strip()

    @property
    def farewell(self) -> str:
        return _FAREWELLS[self.persona.emotion]

    def messages(self, say: str, *, first: bool) -> list[str]:
        """An intent's words as one or more messages; together they hold ``say`` unbroken, in its order."""
        parts = self._split(say)
        if not first and self.chance.random() < 0.5:
            parts[0] = f"{self._pick(_LEADS.get(self.persona.emotion))} {parts[0]}".strip()
        if first or self.chance.random() < 0.5:
            parts[-1] = f"{parts[-1]} {self._pick(_TAILS.get(self.persona.speech))}".strip()
        cross = self.persona.emotion in ("irritated", "angry")
        opener = self._pick((_CROSS_OPENERS if cross else _OPENERS).get(self.persona.asking)) if first else ""
        return [opener, *parts] if opener and self._afford() else parts

    def _split(self, say: str) -> list[str]:
        sentences = re.split(r"(?<=[.!?])\s+", say)
        if self.persona.pace == "one message" or len(sentences) < 2 or not self._afford():
            return [say]
        # A greeting alone is no message.
        head = next((n for n in range(1, len(sentences)) if len(" ".join(sentences[:n]).split()) >= SHORTEST), 0)
        return [" ".join(sentences[:head]), " ".join(sentences[head:])] if head else [say]

    def _afford(self) -> bool:
        self._spent += 1
        return self._spent <= min(EXTRA_TURNS, self.room)

    def _pick(self, wordings: tuple[str, ...] | None) -> str:
        """One of the wordings that was not said yet; nothing when all were."""
        fresh = [wording for wording in wordings or () if wording not in self._said]
        chosen = self.chance.choice(fresh) if fresh else ""
        self._said.add(chosen)
        return chosen
