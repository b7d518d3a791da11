"""How the agent went about it: consent, what the policy forbids, and look-ups that came too late."""

from __future__ import annotations

from typing import Any

import pytest

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.evaluation.conduct import review
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.policy import ALLOWED, forbidden
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.tables import Cashback, CashbackState, Order, OrderState, Product, ProductState
from ecom_fixtures.worlds.shop.toolbox import SPECS

DATASET = Dataset.load(default_folder())
TASK = DATASET.task("swap-for-80-litre-heater-and-expedite")
ORDER = "251111001021"
CASHBACK_ORDER = "251102001013"
P = {"platform": "mapleway", "shop_id": "S2001"}


def put(database: Database, state: OrderState, order_id: str = ORDER) -> None:
    with database.session() as session:
        order = session.get_one(Order, order_id)
        order.state = state


def call(tool: str, ok: bool = True, **arguments: Any) -> ToolCall:
    arguments = {**P, "user_id": TASK.user_id, **arguments}
    return ToolCall(tool=tool, arguments=arguments, result="{}", ok=ok, writes=SPECS[tool].writes(arguments))


def look() -> ToolCall:
    return call("manage_exchange", action="query", order_id=ORDER, original_product_id="P10-01")


def swap(ok: bool = True) -> ToolCall:
    ids = {"original_product_id": "P10-01", "exchange_product_id": "P10-03"}
    return call("manage_exchange", ok, action="exchange", order_id=ORDER, **ids)


def said(text: str) -> Message:
    return Message(role="customer", text=text)


def asked(text: str = "Shall I go ahead?") -> Message:
    return Message(role="agent", text=text)


def conduct(*events: Event, task: Task = TASK) -> Conduct:
    return review(RULES, task, events, ())


@pytest.mark.parametrize("words", ["Yes.", "Okay, do it", "Please go ahead!", "That's right.", "SURE"])
def test_a_change_after_a_yes_is_confirmed(words: str) -> None:
    assert conduct(asked(), said(words), swap()).unconfirmed == ()


@pytest.mark.parametrize("words", ["Please exchange it.", "What would it cost?", "Yesterday I moved.", ""])
def test_a_change_without_a_yes_is_noted(words: str) -> None:
    [finding] = conduct(asked(), said(words), swap()).unconfirmed
    assert finding.startswith("manage_exchange without an explicit yes")


def test_only_the_customers_last_message_can_hold_the_yes() -> None:
    assert conduct(said("Yes."), asked(), said("Wait, which one?"), swap()).unconfirmed


def test_the_agents_own_yes_is_no_consent() -> None:
    assert conduct(said("Exchange it."), asked("Yes, of course."), swap()).unconfirmed


def test_look_ups_and_refused_changes_need_no_yes() -> None:
    assert conduct(said("Exchange it."), look(), swap(ok=False)).unconfirmed == ()


def test_a_look_up_before_its_change_is_in_time() -> None:
    assert conduct(said("Yes"), look(), swap(), look()).late_searches == ()


def test_a_look_up_after_the_change_of_its_intent_is_late() -> None:
    claim = DATASET.task("refund-app-price-drop-install-and-invoice")
    link = "https://img.mapleway.example/shot-u1004-1.png"
    refund = call("manage_ecard", action="refund", amount=500)
    picture = call("get_image_info", summarized_query="s", needed_query="n", history_messages=link)
    picture = picture.model_copy(
        update={"arguments": {"summarized_query": "s", "needed_query": "n", "history_messages": link}}
    )
    [finding] = conduct(said("Yes"), refund, picture, task=claim).late_searches
    assert finding.endswith("only after manage_ecard")


def test_a_look_up_that_never_happened_is_not_late() -> None:
    assert conduct(said("Yes"), swap()).late_searches == ()


def test_the_forbidden_changes_are_passed_on() -> None:
    assert review(RULES, TASK, [], ["a finding"]).forbidden == ("a finding",)


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("operation", sorted(ALLOWED))
def test_what_the_policy_forbids_follows_its_table(operation: str, state: OrderState, database: Database) -> None:
    tool, _, action = operation.partition(":")
    arguments = {"order_id": CASHBACK_ORDER}
    if action:
        arguments["service_type" if tool == "schedule_service" else "action"] = action
    put(database, state, CASHBACK_ORDER)
    finding = forbidden(database, tool, arguments)
    if state in ALLOWED[operation]:
        assert finding is None
    else:
        assert finding == f"{operation} on order {CASHBACK_ORDER}, which is {state}"


def test_a_product_that_is_not_on_sale_must_not_be_ordered(database: Database) -> None:
    with database.session() as session:
        session.get_one(Product, "P12-02").state = ProductState.OUT_OF_STOCK
    items = [{"product_id": "P12-01", "quantity": 1}, {"product_id": "P12-02", "quantity": 1}]
    finding = forbidden(database, "manage_order", {"action": "add", "product_info_list": items})
    assert finding == "manage_order:add of product P12-02, which is out_of_stock"


def test_an_exchange_for_a_product_that_is_not_on_sale_is_forbidden(database: Database) -> None:
    with database.session() as session:
        session.get_one(Product, "P10-03").state = ProductState.OUT_OF_STOCK
    assert forbidden(database, "manage_exchange", swap().arguments)


def test_an_exchange_for_a_product_on_sale_is_allowed(database: Database) -> None:
    assert forbidden(database, "manage_exchange", swap().arguments) is None


@pytest.mark.parametrize("state", [CashbackState.REGISTERED, CashbackState.PAID])
def test_a_cashback_must_not_be_registered_twice(database: Database, state: CashbackState) -> None:
    with database.session() as session:
        session.get_one(Cashback, CASHBACK_ORDER).state = state
    register = {"action": "register", "order_id": CASHBACK_ORDER}
    assert str(state) in str(forbidden(database, "register_cashback_by_review", register))


def test_arguments_of_the_wrong_shape_forbid_nothing(database: Database) -> None:
    assert forbidden(database, "manage_order", {"action": "add", "product_info_list": ["P12-02"]}) is None
    assert forbidden(database, "manage_order", {"action": "cancel", "order_id": ["x"]}) is None


@pytest.mark.parametrize("items", [5, {"product_id": "P12-02"}, "P12-02"])
def test_a_list_of_products_that_is_none_forbids_nothing(database: Database, items: object) -> None:
    assert forbidden(database, "manage_order", {"action": "add", "product_info_list": items}) is None


def test_the_state_is_read_however_action_and_order_are_spelled(database: Database) -> None:
    put(database, OrderState.SHIPPED)
    wide = ORDER.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert forbidden(database, "manage_order", {"action": " Cancel ", "order_id": ORDER})
    assert forbidden(database, "manage_order", {"action": "cancel", "order_id": wide})
    assert forbidden(database, "manage_order", {"action": "cancel", "order_id": int(ORDER)})
