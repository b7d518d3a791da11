"""How calls and differences are put for people: by the world's templates, by bare names where there are none."""

from __future__ import annotations

import pytest

from ecom_fixtures.worlds.diff import ROW, Change
from ecom_fixtures.worlds.shop.words import shop_words
from ecom_fixtures.worlds.words import Words

VISIT = "user_name=Ada, phone_number=100, service_type={}, service_time={}, order_id=7"


def row(expected: str | None = None, actual: str | None = None) -> Change:
    return Change(table="appointment", key="Ada #1", column=ROW, expected=expected, actual=actual)


def test_a_call_is_told_to_the_customer_or_about_the_customer() -> None:
    call = ("manage_ecard", {"action": "refund", "amount": 20.0})
    assert shop_words().phrase(*call) == "refund 20.00 yuan to your gift card"
    assert shop_words().phrase(*call, your="the customer's") == "refund 20.00 yuan to the customer's gift card"


def test_a_call_without_a_template_goes_by_its_names() -> None:
    assert Words().phrase("cancel", {"order": 7}) == "cancel(order=7)"


def test_what_an_agent_left_out_is_marked() -> None:
    assert shop_words().phrase("manage_urgent", {}) == "have order ? expedited"


def test_a_row_that_is_missing_or_too_much_is_told_with_its_cells() -> None:
    visit = VISIT.format("repair", "tuesday")
    assert shop_words().difference(row(expected=visit)) == "missing: repair visit on Tuesday for order 7"
    assert shop_words().difference(row(actual=visit)) == "too much: repair visit on Tuesday for order 7"


def test_a_row_in_place_of_another_is_told_by_the_cells_that_differ() -> None:
    wrong, right = row(actual=VISIT.format("inspect", "monday")), row(expected=VISIT.format("repair", "tuesday"))
    assert shop_words().instead(wrong, right) == (
        "inspect visit on Monday for order 7: service type is inspect, should be repair"
        " and service time is Monday, should be Tuesday"
    )


def test_a_cell_without_a_template_goes_by_its_names() -> None:
    change = Change(table="orders", key="7", column="gift_note", expected=None, actual="to_you")
    assert Words().difference(change) == "orders 7: gift note is to you, should be nothing"


@pytest.mark.parametrize("template", ["{0}", "{", "{order:name}", "{order.id}"])
def test_a_template_that_cant_be_filled_is_refused_when_it_is_read(template: str) -> None:
    with pytest.raises(ValueError, match="the template of cancel can't be filled"):
        Words(calls={"cancel": template})
