"""How the agent went about it: what the policy forbids, look-ups that came too late, and other customers' records."""

from __future__ import annotations

import pytest
from told import HELLO, agent, call, conduct_of, customer, truth

from ecom_fixtures.evaluation.conduct import review
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.trajectory import Event
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.policy import ALLOWED, forbidden
from ecom_fixtures.worlds.shop.tables import Cashback, CashbackState, Order, OrderState, Product, ProductState

SWAP, CLAIM = "swap-for-80-litre-heater-and-expedite", "refund-app-price-drop-install-and-invoice"
ORDER = "251111001021"
CASHBACK_ORDER = "251102001013"
LOOK = call("manage_exchange", action="query", order_id=ORDER, original_product_id="P10-01")
EXCHANGE = call(
    "manage_exchange",
    action="exchange",
    order_id=ORDER,
    original_product_id="P10-01",
    exchange_product_id="P10-03",
)


def put(database: Database, state: OrderState, order_id: str = ORDER) -> None:
    with database.session() as session:
        order = session.get_one(Order, order_id)
        order.state = state


async def test_a_look_up_after_the_change_of_its_intent_is_late() -> None:
    refund = call("manage_ecard", action="refund", amount=500)
    link = "https://img.mapleway.example/shot-u1004-1.png"
    picture = call("get_image_info", summarized_query="s", needed_query="n", history_messages=link)
    conduct = await conduct_of(CLAIM, customer("Please refund it."), refund, picture)
    [finding] = conduct.late_searches
    assert finding.startswith("after message 2: get_image_info")
    assert finding.endswith("only after manage_ecard (after message 2)")


async def test_a_look_up_that_never_happened_is_not_late() -> None:
    assert (await conduct_of(SWAP, customer("Yes"), EXCHANGE)).late_searches == ()


@pytest.mark.parametrize("tool", ["get_user_info", "get_user_orders_info"])
async def test_another_customers_profile_is_not_to_be_read(tool: str) -> None:
    conduct = await conduct_of(SWAP, customer("Who am I?"), call(tool, user_id="U1001"))
    assert conduct.foreign_reads == (f"after message 2: {tool} of U1001, who is another customer",)


async def test_a_refused_look_at_another_customer_has_read_nothing() -> None:
    refused = call("get_user_info", "There is no customer U9.", ok=False, user_id="U9")
    assert (await conduct_of(SWAP, refused)).foreign_reads == ()


async def test_the_customers_own_records_may_be_read_however_the_id_is_written() -> None:
    reads = [call("get_user_info", user_id=" U1002 "), call("get_user_orders_info"), LOOK]
    assert (await conduct_of(SWAP, customer("Who am I?"), *reads)).foreign_reads == ()


async def test_the_forbidden_changes_are_passed_on() -> None:
    conduct = review(await truth(SWAP), Dialogue.of([HELLO]), ["a finding"])
    assert conduct.forbidden == ("a finding",)
    assert not conduct.in_order


@pytest.mark.parametrize("kind", Conduct.model_fields)
def test_any_finding_is_out_of_order(kind: str) -> None:
    conduct = Conduct(**{kind: ("a finding",)})
    assert (conduct.in_order, conduct.findings) == (False, ("a finding",))
    assert Conduct().in_order


async def test_a_dialogue_in_which_all_is_well_is_in_order() -> None:
    proposal = agent(f"I'd swap the heater of order {ORDER}, the E50, for the P10-03, Bramvell E80. Shall I go ahead?")
    done = agent("I have swapped it.")
    talk: list[Event] = [customer("A larger one, please."), LOOK, proposal, customer("Yes, please."), EXCHANGE, done]
    assert (await conduct_of(SWAP, *talk)).in_order


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
    assert forbidden(database, EXCHANGE.tool, EXCHANGE.arguments)


def test_an_exchange_for_a_product_on_sale_is_allowed(database: Database) -> None:
    assert forbidden(database, EXCHANGE.tool, EXCHANGE.arguments) is None


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
