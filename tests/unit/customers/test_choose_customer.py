"""From the text after --customer= to a customer."""

from __future__ import annotations

import pytest

from ecom_fixtures.agents.protocol import GREETING
from ecom_fixtures.customers.agenda import AgendaCustomer
from ecom_fixtures.customers.choice import Agenda, ByModel, Human, HumanCustomer, choose_customer
from ecom_fixtures.customers.model import ModelCustomer
from ecom_fixtures.customers.protocol import CustomerSpec, Role
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.errors import CustomerFault, SettingsError
from ecom_fixtures.models.presets import load_presets
from ecom_fixtures.trajectory import Message
from ecom_fixtures.worlds.shop.rules import RULES

PRESETS = load_presets()
DATASET = Dataset.load(default_folder())
ROLE = Role(DATASET.tasks[0], DATASET.personas[DATASET.tasks[0].persona], DATASET.customer_guide, RULES, seed=1)
LOCAL = "openai:my-model@http://127.0.0.1:9/v1"


def choose(name: str | None, beside_reference: bool = False) -> CustomerSpec:
    return choose_customer(name, beside_reference, PRESETS)


def by_model(name: str | None) -> ByModel:
    spec = choose(name)
    assert isinstance(spec, ByModel)
    return spec


def test_the_agenda_is_the_default_beside_a_reference_agent() -> None:
    assert choose(None, beside_reference=True) == Agenda()


def test_the_papers_customer_is_the_default_beside_any_other_agent() -> None:
    assert by_model(None).name == "qwen-max"
    assert not by_model(None).thinking


def test_the_agenda_can_be_chosen_beside_any_agent_and_needs_nothing() -> None:
    spec = choose("agenda")
    spec.check()
    assert isinstance(spec.play(ROLE), AgendaCustomer)


@pytest.mark.parametrize(
    ("name", "model"), [("llm", "qwen-max"), ("deepseek-v3", "deepseek-chat"), (LOCAL, "my-model")]
)
def test_a_model_plays_the_customer(name: str, model: str) -> None:
    assert by_model(name).model.preset.model == model
    assert not by_model(name).thinking


@pytest.mark.parametrize(
    ("name", "model"), [("cot", "qwen-max"), ("cot:deepseek-v3", "deepseek-chat"), (f"cot:{LOCAL}", "my-model")]
)
def test_cot_asks_the_model_for_thoughts(name: str, model: str) -> None:
    assert by_model(name).model.preset.model == model
    assert by_model(name).thinking


def test_a_missing_key_is_named_with_the_two_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DASHSCOPE_API_KEY", raising=False)
    with pytest.raises(SettingsError) as caught:
        choose(None).check()
    for part in ("DASHSCOPE_API_KEY", "--customer=agenda", "--customer=PRESET"):
        assert part in str(caught.value)


def test_a_key_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "secret")
    choose(None).check()


def test_a_local_endpoint_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    choose(LOCAL).check()


async def test_a_model_customer_is_made_for_every_trial() -> None:
    spec = by_model(LOCAL)
    first, second = spec.play(ROLE), spec.play(ROLE)
    assert isinstance(first, ModelCustomer)
    assert first is not second
    await spec.model.endpoint("agent").client.close()


@pytest.mark.parametrize("name", ["nobody", "cot:nobody", "cot:", "cot:agenda"])
def test_an_unknown_customer_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match=r"unknown customer .*agenda, human, llm, cot, .*qwen-max"):
        choose(name)


def test_a_person_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SettingsError, match="needs a terminal"):
        choose("human").check()


@pytest.mark.parametrize(
    ("typed", "text", "stop"), [("Hi.", "Hi.", False), ("", "", True), ("Bye. ###STOP###", "Bye.", True)]
)
async def test_a_person_types_the_answer(monkeypatch: pytest.MonkeyPatch, typed: str, text: str, stop: bool) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: typed)
    turn = await Human().play(ROLE).respond([Message(role="agent", text=GREETING)])
    assert (turn.text, turn.stop) == (text, stop)


async def test_a_closed_terminal_is_the_customers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", closed)
    with pytest.raises(CustomerFault, match="closed"):
        await HumanCustomer(ROLE).respond([Message(role="agent", text=GREETING)])
