"""The tool on somebody else's small dataset: a sound one passes, a fault is found, and nothing to check is said."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from own_dataset import (
    ARRIVED,
    CASHBACK,
    COVERED,
    CRACK,
    DOOR,
    GREETING,
    HURRY,
    ORDER,
    PARCEL,
    PERSONA,
    PRODUCT,
    VISIT,
    Content,
    shows,
    task,
    write,
)

from ecom_fixtures import cli
from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.validity.run import CHECKS

RETURN = {**HURRY, "say": "Hello, please take my lamp back.", "actions": [{"manage_return": {"order_id": 7700001}}]}
MONDAY = "Hello.\nPlease have my lamp inspected on Monday."
INSPECT = {**HURRY, "say": MONDAY, "actions": [{"schedule_service": VISIT}]}
REFUND = {
    **HURRY,
    "say": "Hello, please put 20 yuan on my gift card.",
    "actions": [{"manage_ecard": {"action": "refund", "amount": 20, "quantity": None, "product_id": ""}}],
}
ONE_MORE = [{"product_id": "LAMP-1", "quantity": "1"}]
BUY = {
    **HURRY,
    "say": "Hello, please order another reading lamp, by bank card or wallet as you like.",
    "actions": [{"manage_order": {"action": "add", "payment": "bank_card", "product_info_list": ONE_MORE}}],
    "or_actions": [[{"manage_order": {"action": "add", "payment": "wallet", "product_info_list": ONE_MORE}}]],
}
ELSEWHERE = {
    **HURRY,
    "say": "Hello, please send my lamp elsewhere.",
    "actions": [{"manage_order": {"action": "modify", "order_id": "251112000001", "address": "9 Sea Road"}}],
}
TWO = {"number": 1, "id": "two"}
ANGRY = {**PERSONA, "id": "olaf", "emotion": "angry"}
SLOW = {**PERSONA, "id": "pia", "asking": "vague", "pace": "several messages"}

SOUND: dict[str, tuple[list[Content], dict[str, Any]]] = {
    "one look-up": ([task(COVERED)], {}),
    "one action": ([task(HURRY)], {}),
    "one picture": ([task(shows("crack.png", "cracked"))], {"pictures": {"crack": CRACK}}),
    "two pictures of one case": (
        [task(shows("crack-1.png", "cracked"))],
        {"pictures": {"crack-1": CRACK, "crack-2": CRACK}},
    ),
    "any picture will do to look at": (
        [task({**shows("crack.png", "cracked"), "searches": [{"get_image_info": {}}]})],
        {"pictures": {"crack": CRACK}},
    ),
    "three personas, none of a group": (
        [task(HURRY), task(COVERED, **TWO, persona="pia")],
        {"personas": (PERSONA, ANGRY, SLOW)},
    ),
    "ids and parcels of another custom": ([task(RETURN)], {"orders": (ARRIVED,)}),
    "sent back after the cashback": (
        [task(HURRY)],
        {"orders": (ORDER, {**ARRIVED, "state": "return_requested", "cashback": CASHBACK})},
    ),
    "arguments in other forms": ([task(INSPECT), task(REFUND, **TWO)], {"orders": (ARRIVED,)}),
    "two ways that are both right": ([task(BUY)], {}),
}


def main(arguments: list[str]) -> int:
    """``ecom validity``."""
    return cli.main(["validity", *arguments])


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_dataset_passes(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks, more = SOUND[name]
    status = main([str(write(tmp_path / "own", *tasks, **more))])
    told = capsys.readouterr().out
    assert "FAIL" not in told
    assert status == 0, told


UNSOUND: dict[str, tuple[str, list[Content], dict[str, Any], str]] = {
    "a customer whom nobody knows": (
        "books",
        [task(COVERED, user_id="C9")],
        {},
        "task one: there is no customer C9 on brightmart",
    ),
    "an order in a shop of another platform": (
        "books",
        [task(HURRY)],
        {"orders": (ORDER, {**ORDER, "order_id": "251112000002", "shop_id": "L2"})},
        "order 251112000002 can't be looked up: There is no shop L2 on the platform brightmart.",
    ),
    "cashback before the parcel has come": (
        "books",
        [task(HURRY)],
        {"orders": (ORDER, {**ARRIVED, "state": "shipped", "cashback": CASHBACK})},
        "order 7700001: cashback registered, though the order is shipped",
    ),
    "a change that the state forbids": (
        "policy",
        [task({**RETURN, "actions": [{"manage_return": {"order_id": "251112000001"}}]})],
        {},
        "one: the policy forbids manage_return on order 251112000001, which is paid",
    ),
    "another way that the state forbids": (
        "policy",
        [task({**HURRY, "or_actions": [[{"manage_return": {"order_id": "251112000001"}}]]})],
        {},
        "one: the policy forbids manage_return on order 251112000001, which is paid",
    ),
    "an answer that the customer gives": (
        "guessed",
        [task({**COVERED, "say": "Hello, is my lamp covered for 18 months?"})],
        {},
        "one: '18 months' stands in the customer's words",
    ),
    "an answer that is two letters long": (
        "guessed",
        [task({**COVERED, "keywords": ["cm"]})],
        {},
        "one: 'cm' is too short",
    ),
    "a task that nobody can fail": (
        "wrong turn",
        [task(GREETING)],
        {},
        "one: nobody can fail it: it asks for no change, look-up or answer",
    ),
    "an address that nobody tells": (
        "oracle",
        [task(ELSEWHERE)],
        {},
        "one with nora: \"I am stuck: nothing I was told or could look up gives me address '9 Sea Road'.\"",
    ),
    "a customer who gives a withheld fact away": (
        "oracle",
        [
            task(
                {**HURRY, "say": "Hello, please have my lamp 251112000001 expedited."},
                facts=[{"about": "order", "asked_by": ["which"], "tell": "251112000001", "values": ["251112000001"]}],
            )
        ],
        {},
        "one with nora: the customer: leak: order (251112000001) was told unasked",
    ),
    "a picture that nothing hangs on": (
        "luck: pictures",
        [task({**HURRY, "picture": "crack.png"})],
        {"pictures": {"crack": CRACK}},
        "one is solved by the oracle that is shown an empty picture instead",
    ),
    "a picture whose proof any picture gives": (
        "luck: pictures",
        [task(shows("crack.png", "photo of")), task(shows("door.png", "violet"), **TWO)],
        {"pictures": {"crack": CRACK, "door": DOOR}},
        "one is solved by the oracle that is shown door.png instead",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_a_fault_is_found_and_said(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check, tasks, more, words = UNSOUND[name]
    status = main([str(write(tmp_path / "own", *tasks, **more)), "-k", check])
    assert words in capsys.readouterr().out
    assert status == 1


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ("policy", "no task has an action"),
        ("guessed", "no task asks for an answer"),
        ("luck: pictures", "no task has a picture"),
        ("customs", "only for the built-in dataset"),
    ],
)
def test_a_check_with_nothing_to_look_at_says_why(
    check: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(write(tmp_path / "own", task(GREETING))), "-k", check])
    [line] = [line for line in capsys.readouterr().out.splitlines() if check in line]
    assert re.fullmatch(rf"--    nothing to check +[0-9.]+ s  .*{check}.*  \({why}\)", line)


def test_a_run_in_which_nothing_was_checked_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([str(write(tmp_path / "own", task(HURRY))), "-k", "pictures"])
    assert capsys.readouterr().out.endswith("\nnothing was checked\n")
    assert status == 1


def test_the_last_line_counts_what_holds_what_doesn_t_and_what_had_nothing_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(write(tmp_path / "own", task({**COVERED, "keywords": []})))])
    assert capsys.readouterr().out.endswith("\n6 checks hold, 1 does not, 5 had nothing to check\n")


def test_every_check_has_one_line_and_all_are_aligned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(write(tmp_path / "own", task(HURRY)))])
    head, empty, *lines = capsys.readouterr().out.splitlines()[:-2]
    assert head.endswith("own: 1 task, 1 persona, 1 customer, 1 order, 1 product")
    assert not empty
    for name, line in zip(CHECKS, lines, strict=True):
        assert re.match(r"(ok  |--  )  ( *\d+ of +\d+|nothing to check)  ", line), line
        assert line[22:].lstrip(" .0123456789").startswith(f"s  {name}"), line


def test_a_copy_without_changes_is_the_built_in_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(default_folder(), tmp_path / "copy")
    assert main([str(tmp_path / "copy"), "-k", "customs"]) == 0
    assert "\nok  " in capsys.readouterr().out


def test_a_copy_with_changes_is_somebody_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(default_folder(), tmp_path / "copy")
    with (tmp_path / "copy" / "policy" / "agent.md").open("a", encoding="utf-8") as policy:
        policy.write("\nWish everybody a good day.\n")
    main([str(tmp_path / "copy"), "-k", "customs"])
    assert "(only for the built-in dataset)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            {"orders": (ORDER, {**ARRIVED, "parcel": {**PARCEL, "track": PARCEL["track"][:1] * 2}})},
            "customers/all.yaml: order 7700001.parcel.track: the times must rise",
        ),
        (
            {"product": {**PRODUCT, "faults": [{"code": "E1", "meaning": "Dark.", "remedy": "Plug it in."}] * 2}},
            "products/lamps.yaml: product LAMP-1.faults: 'E1' stands twice",
        ),
        (
            {"product": {**PRODUCT, "exchange_options": ["LAMP-1", "LAMP-1"]}},
            "products/lamps.yaml: product LAMP-1.exchange_options: 'LAMP-1' stands twice",
        ),
        (
            {"orders": ({**ORDER, "order_id": "251112000002"},)},
            "tasks/one.yaml: actions: the shop refuses manage_urgent(order_id='251112000001'): "
            "Customer C1 has no order 251112000001 in shop L1.",
        ),
    ],
    ids=["two stops at one time", "a fault twice", "an option twice", "an action on an order that isn't there"],
)
def test_what_cannot_be_played_is_one_sentence_before_any_check(
    more: dict[str, Any], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([str(write(tmp_path / "own", task(HURRY), **more))])
    out, error = capsys.readouterr()
    assert error.startswith("error: ")
    assert error.endswith(f"{told}\n")
    assert (out, status) == ("", 4)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 4
    assert capsys.readouterr().err == f"error: {tmp_path}/nowhere/tasks: no such folder\n"


def test_a_name_that_no_check_has_is_answered_with_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-k", "solvable"]) == 4
    assert capsys.readouterr().err == (f"error: no check's name holds 'solvable'; the names are: {', '.join(CHECKS)}\n")


def test_the_process_ends_with_the_status(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", task(COVERED, user_id="C9"))
    command = [sys.executable, "-m", "ecom_fixtures.validity", str(folder), "-k", "books"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAIL       2 of      3 " in done.stdout
