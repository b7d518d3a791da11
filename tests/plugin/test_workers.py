"""Workers say before they are given work that they are ready; one that isn't, or that differs, is refused by name."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ecom_fixtures

from .project import BOTS, OWN_AGENT, TASKS, Project, Session

HERE = ("--dist=load", "--tx", "popen")


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as it is on another machine."""
    return Project(tmp_path_factory.mktemp("other"))


def beside(other: Project) -> tuple[str, ...]:
    """One worker here, and one where the other project is."""
    return *HERE, "--tx", f"popen//chdir={other.folder}"


def refusal(session: Session) -> str:
    """The one sentence that the session ended with, having run and left nothing."""
    assert session.status == pytest.ExitCode.USAGE_ERROR, session.output
    sentence: str
    [sentence] = re.findall(r"^ERROR: (.*)$", session.output, re.MULTILINE)
    assert not session.output.split(sentence)[1].strip()
    for word in ("INTERNALERROR", "Traceback"):
        assert word not in session.output
    assert not session.runs
    return sentence


def test_a_worker_without_a_key_says_so(project: Project) -> None:
    workers = (*HERE, "--tx", "popen//env:DEEPSEEK_API_KEY=")
    session = project.pytest("--agent=deepseek-v3", "--customer=agenda", *workers, DEEPSEEK_API_KEY="key")
    assert refusal(session) == (
        "worker gw1 can't set up: --agent=deepseek-v3 needs an API key: set the environment variable DEEPSEEK_API_KEY"
    )


def test_a_worker_without_the_dataset_says_so(project: Project, other: Project) -> None:
    shutil.rmtree(other.folder / "data")
    sentence = refusal(project.bench(*beside(other)))
    assert sentence.startswith("worker gw1 can't read the dataset: ")
    assert sentence.endswith(f"{other.folder}/data/tasks: no such folder")


def test_a_worker_where_the_agent_cannot_be_imported_says_so(project: Project, other: Project) -> None:
    other.write("bots.py", "import no_such_module\n")
    sentence = refusal(project.bench(*beside(other)))
    assert sentence == "worker gw1 can't set up: --agent=bots:build can't be imported: No module named 'no_such_module'"


def test_a_worker_where_the_agent_cannot_be_built_says_so(project: Project, other: Project) -> None:
    for there in (project, other):
        there.write("bots.py", BOTS.replace("return Bot", "open('licence.txt').close()\n    return Bot"))
    project.write("licence.txt", "")
    sentence = refusal(project.bench(*beside(other)))
    assert sentence.startswith("worker gw1 can't set up: --agent=bots:build can't be built: FileNotFoundError: ")


def test_what_is_wrong_everywhere_is_no_workers_fault(project: Project) -> None:
    sentence = refusal(project.pytest("--agent=deepseek-v3", "--customer=agenda", "-n1"))
    assert sentence.startswith("--agent=deepseek-v3 needs an API key")


def test_a_worker_with_another_dataset_is_refused(project: Project, other: Project) -> None:
    policy = other.folder / "data" / "policy" / "agent.md"
    policy.write_text(policy.read_text("utf-8") + "\nBe brief.\n", encoding="utf-8")
    sentence = refusal(project.bench(*beside(other)))
    assert re.fullmatch(r"worker gw1 would .* another dataset \(\w{8}, here \w{8}\)", sentence)


def test_a_worker_with_another_agent_file_is_refused(project: Project, other: Project) -> None:
    other.write("bots.py", (other.folder / "bots.py").read_text("utf-8") + "\nnumber = 43\n")
    sentence = refusal(project.bench(*beside(other)))
    assert re.fullmatch(r"worker gw1 would .* another agent module \(\w{8}, here \w{8}\)", sentence)


def test_a_worker_with_other_keys_is_refused_by_their_names(project: Project) -> None:
    workers = (*HERE, "--tx", "popen//env:SEARCH_API_KEY=secret")
    sentence = refusal(project.bench(*workers))
    assert sentence.endswith("another set of API keys (SEARCH_API_KEY, here none)")
    assert sentence.startswith("worker gw1 would measure something else")


def test_a_worker_with_the_same_files_elsewhere_takes_part(project: Project, other: Project) -> None:
    session = project.bench(*beside(other), behaviour={"*": "empty"})
    assert session.outcomes == {"unsolved": len(TASKS)}
    assert session.summary.complete


def test_the_options_are_those_of_the_controlling_process(project: Project, other: Project) -> None:
    other.write("pytest.ini", (other.folder / "pytest.ini").read_text("utf-8") + "ecom_count = 3\necom_seed = 5\n")
    session = project.bench("--dist=load", "--tx", f"popen//chdir={other.folder}", behaviour={"*": "empty"})
    assert sorted(session.records) == sorted((task, 1) for task in TASKS)
    assert {record.case for record in session.records.values()} == set(session.manifest.cases)


Serve = Callable[[Path, Path], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server of execnet's as on another machine, whose Python finds the package in a folder of its own."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(folder: Path, package: Path) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "execnet.script.socketserver", f"127.0.0.1:{port}"]
        environment = {"PYTHONPATH": str(package), "PATH": ""}
        servers.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL))
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)) or time.monotonic() > deadline:
                    break
            time.sleep(0.05)
        return f"socket=127.0.0.1:{port}//chdir={folder}"

    yield start
    for server in servers:
        server.kill()
        server.wait()


@pytest.mark.parametrize(
    ("text", "change", "says"),
    [
        (ecom_fixtures.__version__, "0.0.9", r"worker gw0 has another ecom-fixtures \(0\.0\.9, here {version}\)"),
        ('"""A', '"""The', r"worker gw0 would .* version of ecom-fixtures \({version}-\w+, here {version}-\w+\)"),
    ],
    ids=["version", "code"],
)
def test_a_worker_with_another_package_is_refused(
    text: str, change: str, says: str, serve: Serve, project: Project, other: Project, tmp_path: Path
) -> None:
    package = tmp_path / "package"
    shutil.copytree(Path(ecom_fixtures.__file__).parent, package / "ecom_fixtures")
    init = package / "ecom_fixtures" / "__init__.py"
    init.write_text(init.read_text("utf-8").replace(text, change), encoding="utf-8")
    session = project.pytest(*OWN_AGENT, "--dist=load", "--tx", serve(other.folder, package))
    assert re.fullmatch(says.format(version=re.escape(ecom_fixtures.__version__)), refusal(session))
