"""The workflows for CI do what their page says: each is run in a scratch repository, its shell parts as they stand.

The agent is one of the repository's own, the tasks are two. A baseline is saved on main and offered to be merged; a
pull request with an equal agent passes, one with a worse agent fails; a run that an endpoint spoilt is taken up again.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hosting import Hosting, Job
from local_endpoint import says, serve
from pages import ROOT, page_at
from workflows import GitHub, GitLab, load

from ecom_fixtures.dataset.folder import default_folder

pytestmark = pytest.mark.slow

WORKFLOWS = ROOT / "docs" / "workflows"
FILES = sorted(WORKFLOWS.rglob("*.yml"))
HURRY, HEATER = "latest-order-hurried-and-invoiced", "buy-fan-heater-and-hurry-everything"
# Does what the oracle does, but for the tool that it forgets; LINE=dead is an endpoint that is down for one customer.
BOT = """\
import os
from pathlib import Path

from ecom_fixtures.agents.reference.app import Say
from ecom_fixtures.agents.reference.history import History
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.trajectory import ToolCall
from ecom_fixtures.worlds.shop.reference.oracle import Oracle

FORGETS = ""
TASKS = {task.user_id: task for task in Dataset.load(Path(os.environ["TASKS"])).tasks}


class Bot:
    def __init__(self, brief):
        self.brief, self.calls = brief, []
        self.task = TASKS[brief.context["user_id"]]

    async def reply(self, messages):
        if os.environ.get("LINE") == "dead" and "invoice" in self.task.tags:
            raise ConnectionError("the line is dead")
        said = {role: tuple(one.text for one in messages if one.role == role) for role in ("customer", "agent")}
        while True:
            history = History(self.brief.instructions, said["customer"], said["agent"], tuple(self.calls))
            move = Oracle(self.task).move(history)
            if isinstance(move, Say):
                return move.text
            if move.tool == FORGETS:
                return "Done, as agreed."
            answer = await self.brief.tools.call_tool(move.tool, move.arguments)
            result = answer.content[0].text
            self.calls.append(ToolCall(tool=move.tool, arguments=move.arguments, result=result, ok=True, writes=False))
"""
WORSE = BOT.replace('FORGETS = ""', 'FORGETS = "manage_invoice"')
EQUAL = BOT.replace("import os\n", "import os  # a tidy change\n")


def settings() -> str:
    """The settings of pytest that the page shows."""
    [text] = [block.text for block in page_at("docs/how-to/ci.md").blocks if block.text.startswith("[pytest]")]
    return text


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two tasks, which costs less than choosing two out of all of them in every session."""
    folder = tmp_path_factory.mktemp("tasks") / "data"
    shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("tasks"))
    (folder / "tasks").mkdir()
    for task in (HURRY, HEATER):
        shutil.copy(default_folder() / "tasks" / f"{task}.yaml", folder / "tasks")
    return folder


def hosting_at(folder: Path, tasks: Path) -> Hosting:
    quick = f"-p no:langsmith_plugin -p no:anyio --ecom-dir={tasks}"
    made = Hosting(folder, PYTEST_ADDOPTS=quick, TASKS=str(tasks))
    test = next(
        block.text for block in page_at("docs/how-to/another-project.md").blocks if block.file == "test_agent.py"
    )
    files = {
        "my_bot.py": BOT,
        "test_agent.py": test,
        "pytest.ini": settings(),
        "requirements.txt": "",
        "README": "",
    }
    made.commit("main", {**files, ".gitignore": "reports/\n"})
    return made


def test_every_workflow_is_told_of_and_asks_for_little() -> None:
    linked = {path for path, _ in page_at("docs/how-to/ci.md").links}
    assert set(FILES) <= linked
    for file in FILES:
        # Jobs that commit nothing can't write, and none is run for a fork with the secrets of the repository.
        assert "pull_request_target" not in file.read_text()
        if file.parent.name == "github":
            writes = "git push" in file.read_text()
            assert load(file)["permissions"] == {"contents": "write" if writes else "read"}


def solved(hosting: Hosting) -> dict[str, tuple[int, int]]:
    """Solved and all trials of each task of the baseline on main."""
    baseline = json.loads(hosting.git("show", "main:baselines/main.json"))
    return {name: (task["passed"], task["trials"]) for name, task in baseline["tasks"].items()}


def last(job: Job) -> str:
    """What the job said of its decision, the last line of the last session."""
    return [line for line in job.output.splitlines() if line.startswith("exit ")][-1]


def by_a_model(hosting: Hosting, job: Callable[[], Job]) -> tuple[Job, list[dict[str, object]]]:
    """The job, with a customer who hangs up at once in place of the model, and what was sent to it."""
    with serve() as endpoint:
        endpoint.script = [says("###STOP###")]
        preset = f'model = "stand-in"\nbase_url = "{endpoint.url}"\nkey = "DASHSCOPE_API_KEY"\n'
        hosting.commit("night", {"pyproject.toml": f"[tool.ecom-fixtures.presets.qwen-max]\n{preset}"})
        return job(), endpoint.requests


# GitHub Actions


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory, tasks: Path) -> Hosting:
    """A repository with a baseline on main, which was saved by the workflow and merged."""
    hosting = hosting_at(tmp_path_factory.mktemp("github"), tasks)
    job = GitHub(hosting, WORKFLOWS / "github" / "baseline.yml", "main").run()["baseline"]
    assert job.result == "success", job.output
    assert "compare/baseline?expand=1" in job.summary
    hosting.merge("baseline")
    return hosting


def pull_request(hosting: Hosting, branch: str, file: str = "gate.yml") -> GitHub:
    return GitHub(hosting, WORKFLOWS / "github" / file, hosting.pull_request(branch))


def test_the_baseline_of_main_is_committed_by_its_workflow(github: Hosting) -> None:
    assert solved(github) == {HURRY: (24, 24), HEATER: (24, 24)}
    assert github.git("log", "-1", "--format=%an", "main^2") == "github-actions[bot]"
    assert github.git("diff", "--name-only", "main^1", "main") == "baselines/main.json"
    assert github.pips.read_text().splitlines()[0] == "install -r requirements.txt"


def test_a_pull_request_with_a_worse_agent_fails(github: Hosting) -> None:
    github.commit("worse", {"my_bot.py": WORSE})
    job = pull_request(github, "worse").run()["gate"]
    assert job.result == "failure"
    assert re.match(rf"exit 1: worse than the baseline: .*{HURRY} got worse", last(job)), job.output
    assert "## ❌" in job.summary
    assert (job.folder / "trials.xml").exists()


def test_an_equal_agent_passes_where_a_second_attempt_takes_up_what_a_dead_line_has_left(github: Hosting) -> None:
    github.commit("equal", {"my_bot.py": EQUAL})
    workflow = pull_request(github, "equal")
    first, second = workflow.run(dead="gate")["gate"], workflow.run()["gate"]
    assert (first.result, second.result) == ("failure", "success"), f"{first.output}\n{second.output}"
    assert last(first).startswith("exit 1: can't tell")
    assert "8 of 16 trials carried over" in second.output
    assert last(second).startswith("exit 0: no worse than the baseline")
    assert "## ✅" in second.summary


def test_a_pull_request_that_leaves_the_agent_alone_runs_nothing(github: Hosting) -> None:
    github.commit("words", {"README": "Our bot."})
    jobs = pull_request(github, "words").run()
    assert {name: job.result for name, job in jobs.items()} == {"changed": "success", "gate": "skipped"}


def test_shards_that_a_dead_line_has_spoilt_are_merged_and_made_good_by_the_gate(github: Hosting) -> None:
    github.commit("equal", {"my_bot.py": EQUAL})
    jobs = pull_request(github, "equal", "gate-in-shards.yml").run(dead="shard")
    assert "failure" in [job.result for name, job in jobs.items() if name.startswith("shard")]
    gate = jobs["gate"]
    assert "merged 4 runs, 16 trials" in gate.output
    assert "8 of 16 trials carried over" in gate.output
    assert (gate.result, last(gate)[:38]) == ("success", "exit 0: no worse than the baseline: pa"), gate.output


def test_the_nightly_run_has_a_model_as_customer_and_floors(github: Hosting) -> None:
    nightly = GitHub(github, WORKFLOWS / "github" / "nightly.yml", "night", DASHSCOPE_API_KEY="secret")
    job, requests = by_a_model(github, lambda: nightly.run()["nightly"])
    assert {request["model"] for request in requests} == {"stand-in"}
    assert re.match(r"exit 1: can't tell: .*--min-pass=0.4 .*--min-pass=3:0.15", last(job)), job.output


# GitLab


@pytest.fixture(scope="module")
def gitlab(tmp_path_factory: pytest.TempPathFactory, tasks: Path) -> Hosting:
    """A repository with a baseline on main, which was saved by the pipeline and merged."""
    hosting = hosting_at(tmp_path_factory.mktemp("gitlab"), tasks)
    there = "https://baseline:token@gitlab.example/us/bot.git"
    reach = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{hosting.url}.insteadOf", "GIT_CONFIG_VALUE_0": there}
    job = GitLab(hosting, WORKFLOWS / "gitlab" / "baseline.yml", "main", BASELINE_TOKEN="token", **reach).run()[
        "baseline"
    ]
    assert job.result == "success", job.output
    hosting.merge("baseline")
    return hosting


def merge_request(hosting: Hosting, branch: str, file: str = "gate.yml") -> GitLab:
    return GitLab(hosting, WORKFLOWS / "gitlab" / file, branch)


def test_the_baseline_of_the_default_branch_is_committed_by_its_job(gitlab: Hosting) -> None:
    assert solved(gitlab) == {HURRY: (24, 24), HEATER: (24, 24)}
    assert gitlab.git("diff", "--name-only", "main^1", "main") == "baselines/main.json"


def test_a_worse_agent_fails_where_a_retried_job_takes_up_what_a_dead_line_has_left(gitlab: Hosting) -> None:
    gitlab.commit("worse", {"my_bot.py": WORSE})
    pipeline = merge_request(gitlab, "worse")
    first, second = pipeline.run(dead="gate")["gate"], pipeline.run()["gate"]
    assert (first.result, second.result) == ("failure", "failure")
    assert last(first).startswith("exit 1: can't tell"), first.output
    assert "8 of 16 trials carried over" in second.output
    assert re.match(rf"exit 1: worse than the baseline: .*{HURRY} got worse", last(second)), second.output
    assert "## ❌" in (second.folder / "result.md").read_text(encoding="utf-8")
    assert (second.folder / "trials.xml").exists()


def test_shards_are_merged_and_decided_as_one_run(gitlab: Hosting) -> None:
    gitlab.commit("worse", {"my_bot.py": WORSE})
    jobs = merge_request(gitlab, "worse", "gate-in-shards.yml").run()
    assert [jobs[f"shard {number}"].result for number in (1, 2, 3, 4)] == ["success"] * 4
    assert "16 of 16 trials carried over, nothing is left to run" in jobs["gate"].output
    assert last(jobs["gate"]).startswith("exit 1: worse than the baseline")
    assert jobs["gate"].result == "failure"


def test_the_nightly_job_has_a_model_as_customer_and_floors(gitlab: Hosting) -> None:
    nightly = GitLab(gitlab, WORKFLOWS / "gitlab" / "nightly.yml", "night", DASHSCOPE_API_KEY="secret")
    job, requests = by_a_model(gitlab, lambda: nightly.run()["nightly"])
    assert {request["model"] for request in requests} == {"stand-in"}
    assert re.match(r"exit 1: can't tell: .*--min-pass=0.4 .*--min-pass=3:0.15", last(job)), job.output
