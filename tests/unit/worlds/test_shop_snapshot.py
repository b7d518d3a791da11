"""What counts as the same state of the shop, and how two states differ."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from small_shop import P, small_shop, toolbox, wide

from ecom_fixtures.worlds.diff import Change, Snapshot, diff
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.tables import Order

KETTLE, TOASTER = {"product_id": "P1-01", "quantity": 1}, {"product_id": "P1-02", "quantity": 3}

Step = tuple[str, dict[str, Any]]


def run(database: Database, steps: Iterable[Step]) -> Snapshot:
    async def calls() -> None:
        tools = toolbox(database)
        for name, arguments in steps:
            await tools.call(name, arguments)

    asyncio.run(calls())
    return database.snapshot()


def after(*steps: Step) -> Snapshot:
    database = small_shop().copy()
    try:
        return run(database, steps)
    finally:
        database.close()


def add(*items: dict[str, Any], **changes: Any) -> Step:
    return "manage_order", {**P, "action": "add", "payment": "wallet", "product_info_list": list(items), **changes}


def invoice(order_id: str, title: str = "Ada Fenwick") -> Step:
    return "manage_invoice", {
        "order_id": order_id,
        "title": title,
        "phone_number": "10055500001",
        "invoice_type": "personal",
    }


def urgent(order_id: str | int) -> Step:
    return "manage_urgent", {**P, "order_id": order_id}


def refund(amount: Any) -> Step:
    return "manage_ecard", {"platform": "mapleway", "user_id": "U1", "action": "refund", "amount": amount}


def modify(**changes: Any) -> Step:
    return "manage_order", {**P, "action": "modify", "order_id": "251112000001", **changes}


NEW, NEXT = "251113000005", "251113000006"

EQUAL = {
    "amounts however they are written": ([refund(25)], [refund("25.00")]),
    "an amount as a float": ([refund(25.5)], [refund("25.5")]),
    "digits of full width": (
        [refund("25"), urgent("251112000001")],
        [refund(wide("25")), urgent(f" {wide('2511')}12000001 ")],
    ),
    "an id as a number": ([urgent("251112000001")], [urgent(251112000001)]),
    "the order of lines": ([add(KETTLE, TOASTER)], [add(TOASTER, KETTLE)]),
    "the sequence of two new orders": ([add(KETTLE), add(TOASTER)], [add(TOASTER), add(KETTLE)]),
    "rows about new orders": (
        [add(KETTLE), add(TOASTER), urgent(NEW), invoice(NEXT)],
        [add(TOASTER), add(KETTLE), invoice(NEW), urgent(NEXT)],
    ),
    "which of two equal new orders is expedited": (
        [add(KETTLE), add(KETTLE), urgent(NEW)],
        [add(KETTLE), add(KETTLE), urgent(NEXT)],
    ),
    "the sequence of tickets": (
        [urgent("251112000001"), urgent("251020000002")],
        [urgent("251020000002"), urgent("251112000001")],
    ),
    "one change for both or two for one each": (
        [modify(address="9 New Road", phone_number="10055509999")],
        [modify(phone_number="10055509999"), modify(address="9 New Road")],
    ),
    "blanks and width in free text": (
        [modify(address="9 New Road, Harrow End")],
        [modify(address=f"  9  New Road{wide(',')}\tHarrow End ")],
    ),
    "blanks and dashes in a phone number": (
        [modify(phone_number="10055509999")],
        [modify(phone_number="100 5550-9999")],
    ),
    "the customer's own address given or not": ([add(KETTLE)], [add(KETTLE, address="1 Mill Lane, Harrow End")]),
    "the letter case of a choice": ([add(KETTLE)], [add(KETTLE, payment=" Wallet ")]),
}
DIFFERENT = {
    "a repeated request": ([urgent("251112000001")], [urgent("251112000001")] * 2),
    "a repeated order": ([add(KETTLE)], [add(KETTLE)] * 2),
    "a repeated refund": ([refund(5)], [refund(5)] * 2),
    "a repeated invoice": ([invoice("251112000001")], [invoice("251112000001")] * 2),
    "which of two different new orders is expedited": (
        [add(KETTLE), add(TOASTER), urgent(NEW)],
        [add(KETTLE), add(TOASTER), urgent(NEXT)],
    ),
    "a quantity": ([add(KETTLE)], [add({**KETTLE, "quantity": 2})]),
    "how a new order is paid": ([add(KETTLE)], [add(KETTLE, payment="bank_card")]),
    "the letter case of a title": (
        [invoice("251112000001", "Ada Fenwick")],
        [invoice("251112000001", "ada fenwick")],
    ),
}


@pytest.mark.parametrize("what", EQUAL)
def test_changes_of_equal_meaning_give_equal_snapshots(what: str) -> None:
    one, other = EQUAL[what]
    assert diff(after(*one), after(*other)) == ()
    assert after(*one) == after(*other)
    assert after(*one) != after()


@pytest.mark.parametrize("what", DIFFERENT)
def test_changes_of_different_meaning_give_different_snapshots(what: str) -> None:
    one, other = DIFFERENT[what]
    assert diff(after(*one), after(*other))


def test_a_new_order_goes_by_a_name_of_its_own_everywhere() -> None:
    snapshot = after(add(KETTLE), urgent(NEW), invoice(NEW))
    assert snapshot["orders"]["new-1"]["user_id"] == "U1"
    assert "created" not in snapshot["orders"]["new-1"]
    assert snapshot["line"]["new-1 P1-01"] == {"quantity": "1", "unit_price": "100.00"}
    assert [row["order_id"] for row in snapshot["ticket"].values()] == ["new-1"]
    assert NEW not in repr(snapshot)


def test_values_stand_as_canonical_text() -> None:
    snapshot = after()
    assert snapshot["customer"]["U1"]["ecard_balance"] == "250.00"
    assert snapshot["customer"]["U1"]["address"] == "1 Mill Lane, Harrow End"
    assert snapshot["orders"]["251112000001"]["state"] == "paid"
    assert snapshot["orders"]["251112000001"]["created"] == "2025-11-12 09:00:00"
    assert snapshot["cashback"]["251020000002"]["state"] == "not_registered"


def test_the_snapshot_holds_only_text() -> None:
    cells = [cell for rows in after(add(KETTLE)).values() for row in rows.values() for cell in row.values()]
    assert {type(cell) for cell in cells} == {str}


def test_a_change_in_one_copy_is_not_seen_in_another_nor_in_the_small_shop() -> None:
    one, other = small_shop().copy(), small_shop().copy()
    before = other.snapshot()
    run(one, [add(KETTLE), urgent("251112000001"), refund(5)])
    assert other.snapshot() == before == small_shop().copy().snapshot()
    assert one.snapshot() != before


def test_a_copy_can_be_made_and_used_in_other_threads() -> None:
    expected = after(urgent("251112000001"))
    with ThreadPoolExecutor(4) as pool:
        databases = [future.result() for future in [pool.submit(small_shop().copy) for _ in range(20)]]
        results = list(pool.map(lambda database: run(database, [urgent("251112000001")]), databases))
    assert results == [expected] * 20


def test_a_session_that_fails_leaves_nothing_behind() -> None:
    database = small_shop().copy()
    before = database.snapshot()

    def change_and_fail() -> None:
        with database.session() as session:
            order = session.get(Order, "251112000001")
            assert order is not None
            order.address = "elsewhere"
            session.flush()
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        change_and_fail()
    assert database.snapshot() == before


def test_the_database_knows_the_day_of_the_dataset() -> None:
    assert small_shop().copy().today.isoformat() == "2025-11-14T10:00:00"


def test_a_closed_database_is_of_no_more_use() -> None:
    database = small_shop().copy()
    database.close()
    with pytest.raises(Exception, match="closed database"):
        database.snapshot()


def test_diff_names_each_changed_cell_in_order() -> None:
    expected = {"b": {"1": {"x": "1", "y": "2"}}, "a": {"2": {"x": "1"}}}
    actual = {"b": {"1": {"x": "3", "y": "4"}}, "a": {"2": {"x": "2"}}}
    assert diff(expected, actual) == (
        Change(table="a", key="2", column="x", expected="1", actual="2"),
        Change(table="b", key="1", column="x", expected="1", actual="3"),
        Change(table="b", key="1", column="y", expected="2", actual="4"),
    )


def test_diff_shows_a_row_of_one_side_as_one_change() -> None:
    expected, actual = {"t": {"1": {"x": "1", "y": "2"}}}, {"t": {"2": {"x": "5"}}}
    assert diff(expected, actual) == (
        Change(table="t", key="1", column="(row)", expected="x=1, y=2", actual=None),
        Change(table="t", key="2", column="(row)", expected=None, actual="x=5"),
    )


def test_diff_shows_a_cell_of_one_side_as_absent_on_the_other() -> None:
    assert diff({"t": {"1": {"x": "1"}}}, {"t": {"1": {}}}) == (
        Change(table="t", key="1", column="x", expected="1", actual=None),
    )
