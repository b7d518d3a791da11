"""A run of --persona=ablation: its tests, its figures, and an agent who serves angry customers worse."""

from __future__ import annotations

import re

import pytest

from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.runs.manifest import Manifest

from .project import TASKS, Project, Session
from .test_selection import collected

GROUPS = [
    f"{mood}-{patience}-{asking}"
    for mood in ("calm", "angry")
    for patience in ("patient", "hasty")
    for asking in ("clear", "vague")
]
# Knows the truth, and turns its back on whoever has sworn at it.
GRACELESS = """\
from pathlib import Path

from ecom_fixtures.agents.reference.agent import ReferenceAgent
from ecom_fixtures.agents.reference.app import Say
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.worlds.shop.reference.oracle import Oracle

ANGRY = ("I've had enough of this.", "This can't go on like that.", "I expect better than this.")
SENSITIVE = [task for task in Dataset.load(default_folder()).tasks if "persona-sensitive" in task.tags]
TASKS = {task.user_id: task for task in [*SENSITIVE, *Dataset.load(Path("data")).tasks]}


class Graceless:
    def __init__(self, task):
        self.oracle = Oracle(task)

    def move(self, history):
        if any(words in text for text in history.customer for words in ANGRY):
            return Say("I won't be spoken to like that.")
        return self.oracle.move(history)


def build(brief):
    task = TASKS[brief.context["user_id"]]
    return ReferenceAgent("graceless", lambda case: Graceless(task)).open(brief, None)
"""
GRACELESS_AGENT = ("--agent=graceless:build", "--customer=agenda")


@pytest.fixture(scope="module")
def graceless(shared: Project) -> Session:
    shared.write("graceless.py", GRACELESS)
    return shared.pytest(*GRACELESS_AGENT, "--persona=ablation", "--count=3", timeout=180)


def test_every_task_is_tried_in_every_group_trial_by_trial(shared: Project) -> None:
    assert collected(shared, "--persona=ablation", "--count=2") == [
        f"{task}-{group}-t0{trial}" for trial in (1, 2) for task in TASKS for group in GROUPS
    ]


def test_a_trait_is_a_keyword_and_a_marker(shared: Project) -> None:
    hasty = [f"{TASKS[3]}-{group}" for group in GROUPS if "angry-hasty" in group]
    assert collected(shared, "--persona=ablation", "-k", f"{TASKS[3]} and angry and hasty") == hasty
    # By its name alone, -k would find all of clear-out-after-sale.
    clear = [f"{task}-{group}" for task in TASKS for group in GROUPS if group.endswith("-clear")]
    assert collected(shared, "--persona=ablation", "-m", "clear") == clear


def test_a_trait_is_no_marker_of_another_run(shared: Project) -> None:
    session = shared.pytest("--collect-only", "-m", "angry")
    assert "Unknown marker(s) in '-m' expression: angry" in session.output


def test_each_trial_has_the_persona_of_its_group(graceless: Session) -> None:
    records = list(graceless.all_records)
    assert len(records) == len(TASKS) * len(GROUPS) * 3
    assert all(record.persona == record.variant for record in records)
    assert {record.variant for record in records} == set(GROUPS)


def test_who_serves_angry_customers_worse_is_found_out_and_of_nothing_else(shared: Project, graceless: Session) -> None:
    dataset = f"--ecom-dir={default_folder()}"
    session = shared.pytest(*GRACELESS_AGENT, dataset, "-k", "persona-sensitive", "--persona=ablation", timeout=240)
    effects = {row.trait: row for row in session.summary.traits}
    assert list(effects) == ["angry", "hasty", "vague"]
    assert effects["angry"].high < -0.2
    assert all(effects[other].low <= 0 <= effects[other].high for other in ("hasty", "vague"))
    assert all(row.passed == row.planned for row in session.summary.groups if "calm" in row.traits)


def test_pass_k_counts_up_to_the_trials_of_a_group(graceless: Session) -> None:
    figures = graceless.summary
    assert len(figures.pass_k) == 3
    assert [len(row.pass_k) for row in figures.groups] == [3] * 8
    assert figures.pass_k[2].value == pytest.approx(sum(row.pass_k[2].value or 0 for row in figures.groups) / 8)


def test_terminal_and_page_show_groups_and_effects(graceless: Session) -> None:
    figures = graceless.summary
    shown = "\n".join(graceless.lines)
    assert "pass^k over 4 tasks x 8 groups, 3 trials each, with 95% interval" in shown
    for row in figures.groups:
        found = re.search(rf"^{row.group} +pass\^1 +([\d.]+) %.*pass\^3 +([\d.]+) %$", shown, re.MULTILINE)
        assert found
        assert list(found.groups()) == [f"{100 * (row.pass_k[k].value or 0):.1f}" for k in (0, 2)]
        assert f'<th scope="row">{row.group}</th><td>{row.passed}/12</td>' in graceless.page
    angry = figures.traits[0]
    effect = f"{100 * angry.effect:+.1f} points"
    assert re.search(rf"^angry instead of calm +{re.escape(effect)} ", shown, re.MULTILINE)
    assert f'<th scope="row">angry instead of calm</th><td>{effect}</td>' in graceless.page
    sight = "With 4 tasks x 8 groups, 3 trials each, only effects above "
    assert sight in " ".join(shown.split())
    assert sight in graceless.page


def test_some_of_the_groups_show_the_traits_in_which_they_differ(project: Project) -> None:
    session = project.pytest("--persona=ablation", "-m", "angry and hasty")
    assert [row.group for row in session.summary.groups] == ["angry-hasty-clear", "angry-hasty-vague"]
    assert [(row.trait, row.effect) for row in session.summary.traits] == [("vague", 0)]
    assert "No trait made a difference in any task." in session.output


def test_one_task_says_nothing_of_a_trait(project: Project) -> None:
    session = project.pytest("--persona=ablation", "-k", TASKS[3])
    assert session.summary.traits == ()
    assert "What each trait does can't be told: it takes two tasks, each in every group." in session.output


def test_workers_play_the_same_trials(shared: Project, graceless: Session) -> None:
    again = shared.pytest(*GRACELESS_AGENT, "--persona=ablation", "--count=3", "-n2", timeout=240)
    assert again.summary.groups == graceless.summary.groups
    assert again.summary.traits == graceless.summary.traits


def test_another_run_has_no_groups(project: Project) -> None:
    session = project.pytest("--persona=angry-hasty-vague")
    assert (session.summary.groups, Manifest.read(session.run).groups) == ((), {})
    assert "group" not in session.page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["in process", "with workers"])
def test_a_dataset_without_groups_is_told_what_it_lacks(workers: tuple[str, ...], project: Project) -> None:
    file = project.folder / "data" / "personas" / "core.yaml"
    file.write_text(re.sub(r"  traits: .*\n", "", file.read_text("utf-8")), encoding="utf-8")
    session = project.pytest("--persona=ablation", *workers)
    assert session.status == pytest.ExitCode.USAGE_ERROR
    assert "no persona has any, so there are no groups for --persona=ablation" in session.output
    assert "Traceback" not in session.output
    assert session.runs == ()
