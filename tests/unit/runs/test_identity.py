"""A task's hash changes with all that decides how hard it is, and with nothing else."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ecom_fixtures.dataset.cases import Case, plan
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.runs.identity import Identity, identity_of
from ecom_fixtures.settings import OPTIONS, Settings
from ecom_fixtures.trial.setup import Setup, set_up

DESK = "desk-exchange-second-choice"
PICTURE = "refuse-cashback-for-product-page"
TASKS = (DESK, PICTURE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset with two tasks, one of them with pictures, that can be edited."""
    source, copy = default_folder(), tmp_path / "data"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("tasks"))
    (copy / "tasks").mkdir()
    for task in TASKS:
        shutil.copy(source / "tasks" / f"{task}.yaml", copy / "tasks")
    return copy


def setup_of(folder: Path, **options: object) -> Setup:
    values = {option.field: option.unset for option in OPTIONS} | options
    return set_up(Settings(**values, root=folder), Dataset.load(folder))


def identity(folder: Path, **options: object) -> Identity:
    setup = setup_of(folder, **options)
    return asyncio.run(identity_of(setup, plan(setup.dataset.tasks, 2, 0)))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def edited(folder: Path, name: str, old: str, new: str) -> Callable[[], None]:
    return lambda: edit(folder / name, old, new)


def changed(folder: Path, change: Callable[[], object]) -> set[str]:
    """The tasks whose hash the change of a file has changed."""
    before = identity(folder).tasks
    change()
    after = identity(folder).tasks
    return {task for task in before if before[task] != after[task]}


def file_of(folder: Path, part: str, text: str) -> str:
    """The one file of the shop that holds the text."""
    [found] = [file for file in (folder / "shop" / part).glob("*.yaml") if text in file.read_text("utf-8")]
    return str(found.relative_to(folder))


def test_what_people_write_about_a_task_is_not_in_its_hash(folder: Path) -> None:
    def rewrite() -> None:
        file = folder / "tasks" / f"{DESK}.yaml"
        edit(file, "number: 33", "number: 99")
        edit(file, "title: The desk", "title: That desk")
        edit(file, "P21-02 (120 cm) is listed", "P21-02 is listed")
        edit(
            file, "tags: [repair, exchange, inquiry]", "tags:\n  - repair\n  - exchange\n  - inquiry  # formatted anew"
        )

    assert changed(folder, rewrite) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What are the repair terms", "Which are the repair terms"),
        ("consent: Yes, exchange the desk from this week for the 140 cm desk, please.", "consent: Yes."),
        ("get_repair_info: {product_id: P21-01}", "get_repair_info: {product_id: P21-03}"),
        ("persona: regret-with-measurements", "persona: fear-of-missing-the-last"),
    ],
)
def test_what_is_played_is_in_its_hash(folder: Path, old: str, new: str) -> None:
    assert changed(folder, edited(folder, f"tasks/{DESK}.yaml", old, new)) == {DESK}


def test_an_edit_of_a_product_that_a_task_touches_changes_its_hash_alone(folder: Path) -> None:
    file = file_of(folder, "products", "product_id: P21-03")
    assert changed(folder, edited(folder, file, "140", "150")) == {DESK}


def test_an_edit_of_a_product_that_no_task_touches_changes_no_hash(folder: Path) -> None:
    file = file_of(folder, "products", "product_id: P41-02")
    assert changed(folder, edited(folder, file, "price: ", "price: 1")) == set()


def test_an_edit_of_the_customers_other_order_changes_the_hash(folder: Path) -> None:
    file = file_of(folder, "customers", "250812002404")
    assert changed(folder, edited(folder, file, '"250812002404"', '"250812002405"')) == {DESK}


def test_an_edit_of_the_persona_changes_the_hash(folder: Path) -> None:
    [file] = [one for one in (folder / "personas").glob("*.yaml") if "id: regret-with-measurements" in one.read_text()]
    name = str(file.relative_to(folder))
    portrait = file.read_text().split("id: regret-with-measurements")[1].split("portrait:")[1].split("\n")[1].strip()
    assert changed(folder, edited(folder, name, portrait, portrait.upper())) == {DESK}


def test_pictures_and_what_stands_beside_them_are_in_the_hash(folder: Path) -> None:
    [picture, *_] = Dataset.load(folder).task(PICTURE).pictures
    sidecar = (folder / "images" / picture).with_suffix(".yaml")
    assert changed(folder, lambda: sidecar.write_text(sidecar.read_text() + "# seen again\n")) == {PICTURE}
    png = folder / "images" / picture
    assert changed(folder, lambda: png.write_bytes(png.read_bytes() + b"\0")) == {PICTURE}


def test_the_hash_is_of_the_persona_that_is_played(folder: Path) -> None:
    own, random = identity(folder), identity(folder, persona="random")
    one, other = (identity(folder, persona=name) for name in ("regret-with-measurements", "fear-of-missing-the-last"))
    # The desk's own persona is the one that is given to all.
    assert own.tasks[DESK] == one.tasks[DESK]
    assert len({each.tasks[DESK] for each in (own, random, other)}) == 3
    assert random == identity(folder, persona="random", seed=5)


def test_a_task_of_several_variants_meets_all_their_personas(folder: Path) -> None:
    setup = setup_of(folder)
    one, other = sorted(setup.dataset.personas)[:2]

    def hash_of(*variants: str) -> str:
        cases = [Case.of(DESK, 1, variant=variant) for variant in variants]
        return asyncio.run(identity_of(setup, cases)).tasks[DESK]

    assert hash_of(one, other) == hash_of(other, one)
    assert len({hash_of(one), hash_of(other), hash_of(one, other)}) == 3


def test_neither_seed_nor_count_nor_agent_is_in_the_identity(folder: Path) -> None:
    assert identity(folder) == identity(folder, seed=3, count=7, agent="dump")


def test_the_run_hangs_on_policy_guide_tools_and_rules(folder: Path) -> None:
    before = identity(folder)
    assert set(before.run) == {"policy", "tools", "customer guide", "judging rules", "rules of the agenda customer"}
    for name, what in (("agent.md", "policy"), ("customer.md", "customer guide")):
        file = folder / "policy" / name
        file.write_text(file.read_text(encoding="utf-8") + "Be kind.\n", encoding="utf-8")
        after = identity(folder)
        assert [key for key in before.run if before.run[key] != after.run[key]] == [what]
        before = after


def test_the_rules_of_the_agenda_customer_are_another_customers_business(folder: Path) -> None:
    other = identity(folder, customer="openai:some-model@http://127.0.0.1:9/v1")
    assert "rules of the agenda customer" not in other.run


def test_a_tool_that_is_described_otherwise_is_another_tool(folder: Path) -> None:
    setup = setup_of(folder)
    rules = setup.source.rules
    name, tool = next(iter(rules.tools.items()))
    cases = plan(setup.dataset.tasks, 1, 0)
    before = asyncio.run(identity_of(setup, cases)).run
    # The tools are computed once.
    vars(rules)["tools"] = {**rules.tools, name: replace(tool, description="Something else.")}
    try:
        after = asyncio.run(identity_of(setup, cases)).run
    finally:
        del vars(rules)["tools"]
    assert [key for key in before if before[key] != after[key]] == ["tools"]


def test_no_vision_model_is_asked(folder: Path) -> None:
    """The endpoint is nobody's, so asking it would fail."""
    assert identity(folder, vision="openai:some-model@http://127.0.0.1:9/v1").tasks == identity(folder).tasks


def test_another_process_in_another_folder_finds_the_same(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from test_identity import identity\n"
        "print(identity(Path(sys.argv[2])).model_dump_json())"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(moved)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert Identity.model_validate_json(done.stdout) == identity(folder)
