"""What agents' sentences do and what customers' answers are, over tables of phrases."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ecom_fixtures.language.acts import Act, Kind, hear
from ecom_fixtures.language.consent import Consent, consent


def phrases(name: str) -> list[tuple[str, str]]:
    table = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return [(kind, phrase) for kind, all_of_it in table.items() for phrase in all_of_it]


@pytest.mark.parametrize(("act", "phrase"), phrases("acts.yaml"))
def test_a_sentence_does_what_it_does(act: str, phrase: str) -> None:
    assert Act(act) in [heard.act for heard in hear(phrase)]


@pytest.mark.parametrize(("kind", "reply"), phrases("consents.yaml"))
def test_an_answer_to_a_proposal_is_what_it_is(kind: str, reply: str) -> None:
    assert consent(reply) is Consent(kind)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What day should the technician come?", Kind.DAY),
        ("Would you like to pay by card or wallet?", Kind.PAYMENT),
        ("Where should it go?", Kind.ADDRESS),
        ("Could you tell me the order number?", Kind.ORDER),
        ("May I have your phone number?", Kind.CONTACT),
        ("How many would you like?", Kind.QUANTITY),
        ("What is wrong with it?", Kind.REASON),
    ],
)
def test_a_question_is_heard_by_its_kind(question: str, kind: Kind) -> None:
    assert kind in frozenset().union(*(heard.kinds for heard in hear(question)))


def test_a_closer_and_a_proposal_stand_in_one_sentence() -> None:
    assert [heard.act for heard in hear("Anything else, or shall I go ahead?")] == [Act.CLOSES, Act.PROPOSES]


def test_a_message_is_heard_sentence_by_sentence() -> None:
    text = "I've cancelled the hood.\n\n- The refund takes three days.\n- **Shall I** hurry the heater, too?"
    assert [heard.act for heard in hear(text)] == [Act.REPORTS, Act.STATES, Act.PROPOSES]
