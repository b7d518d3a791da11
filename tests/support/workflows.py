"""CI workflows run on this machine: their shell parts as they stand, in fresh checkouts of a bare repository.

What a service does around the shell is emulated as far as the workflows of ``docs/workflows/`` use it: checkouts,
artifacts, caches, outputs, expressions, a matrix. ``pip`` is one that only notes what it was asked for; the packages are
there already. Whatever isn't known is an error, so that a workflow can't rely on what isn't emulated.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from pages import ROOT

Yaml = dict[str, Any]
MAIN = "main"
# Whoever starts the tests may work on a service of the kind, and has settings of git and pytest.
OTHERS = re.compile(r"^(CI|GIT|GITHUB|PYTEST|RUNNER)(_|$)|API_KEY$")
PIP = '#!/bin/sh\necho "$@" >> "$PIP_LOG"\n'


def load(file: Path) -> Yaml:
    """The workflow in ``file``. YAML 1.1 takes the key ``on`` for true."""
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}


@dataclass(frozen=True)
class Job:
    """What became of a job: *success*, *failure* or *skipped*, what it printed, and the folder in which it ran."""

    name: str
    result: str
    output: str = ""
    folder: Path = Path()
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """What GitHub shows on the job's page."""
        file = self.folder.with_suffix(".summary")
        return file.read_text(encoding="utf-8") if file.exists() else ""


class Hosting:
    """A bare repository, with a clone in which a developer works, and machines that run jobs."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.clone, self.pips = folder, folder / "clone", folder / "pip.log"
        self._remote, self._machines = folder / "remote.git", count(1)
        tools = folder / "tools"
        tools.mkdir(parents=True)
        (tools / "pip").write_text(PIP)
        (tools / "pip").chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not OTHERS.search(name)}
        path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
        self.environment = {**kept, **git, "PATH": path, "PYTHONPATH": str(ROOT), "PIP_LOG": str(self.pips), **variables}
        self.git("init", "--quiet", "--bare", f"--initial-branch={MAIN}", str(self._remote), at=folder)
        self.git("config", "receive.advertisePushOptions", "true", at=self._remote)
        self.git("clone", "--quiet", self.url, str(self.clone), at=folder)
        self.git("config", "user.name", "Dev", at=self.clone)
        self.git("config", "user.email", "dev@example.com", at=self.clone)

    @property
    def url(self) -> str:
        # By a path alone git would share files instead of fetching to a depth.
        return self._remote.as_uri()

    def git(self, *words: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *words], cwd=at or self.clone, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, branch: str, files: Mapping[str, str]) -> None:
        """Push a commit with ``files`` to ``branch``, which begins at main."""
        if branch == MAIN:
            self.git("switch", "--quiet", *(["--orphan"] if not self.git("branch", "--list") else []), MAIN)
        else:
            self.git("switch", "--quiet", "-C", branch, MAIN)
        for name, text in files.items():
            (self.clone / name).parent.mkdir(parents=True, exist_ok=True)
            (self.clone / name).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", f"Work on {branch}")
        self.git("push", "--quiet", "--force", "origin", branch)

    def merge(self, branch: str) -> None:
        """Merge a pull request."""
        self.git("fetch", "--quiet", "origin")
        self.git("switch", "--quiet", MAIN)
        self.git("merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", f"origin/{branch}")
        self.git("push", "--quiet", "origin", MAIN)

    def pull_request(self, branch: str) -> str:
        """The ref of what would be merged, as GitHub makes it."""
        ref = f"refs/pull/{branch}/merge"
        self.git("switch", "--quiet", "--detach", MAIN)
        self.git("merge", "--quiet", "--no-ff", "-m", "What would be merged", branch)
        self.git("push", "--quiet", "--force", "origin", f"HEAD:{ref}")
        return ref

    def machine(self, job: str) -> Path:
        """An empty folder on another machine."""
        folder = self.folder / "machines" / f"{next(self._machines)}-{job.replace(' ', '-')}"
        folder.mkdir(parents=True)
        return folder

    def check_out(self, ref: str, folder: Path, depth: int) -> str:
        """Fetch no more of ``ref`` than its last ``depth`` commits; return the last one's name."""
        self.git("init", "--quiet", f"--initial-branch={MAIN}", at=folder)
        self.git("remote", "add", "origin", self.url, at=folder)
        self.git("fetch", "--quiet", f"--depth={depth}", "origin", ref, at=folder)
        self.git("checkout", "--quiet", "FETCH_HEAD", at=folder)
        return self.git("rev-parse", "HEAD", at=folder)

    def shell(self, script: str, folder: Path, flags: Sequence[str], variables: Mapping[str, str]) -> tuple[int, str]:
        """The exit status of a script, and what it printed."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", *flags, "-c", script], cwd=folder, env={**self.environment, **variables},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180,
        )  # fmt: skip
        return done.returncode, done.stdout


def copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


# GitHub Actions


class GitHub:
    """Runs one workflow for one ref; another attempt finds the artifacts of those before it."""

    def __init__(self, hosting: Hosting, file: Path, ref: str, **secrets: str) -> None:
        self._hosting, self._flow, self._ref = hosting, load(file), ref
        self._artifacts = hosting.folder / "artifacts" / f"{file.stem}-{ref.replace('/', '-')}"
        self._secrets, self._attempt = secrets, 0

    def run(self, dead: str = "") -> dict[str, Job]:
        """Run all jobs in their order; a job of a matrix has its value in its name: *shard 1*.

        In the job that is called ``dead`` the agent's line is, as it can see in its environment.
        """
        self._attempt += 1
        done: dict[str, list[Job]] = {}
        for name, plan in self._flow["jobs"].items():
            needs = plan.get("needs", [])
            before = {need: done[need] for need in ([needs] if isinstance(needs, str) else needs)}
            done[name] = self._jobs(name, plan, before, {"LINE": "dead"} if name == dead else {})
        return {job.name: job for jobs in done.values() for job in jobs}

    def _jobs(self, name: str, plan: Yaml, needs: Mapping[str, list[Job]], more: Mapping[str, str]) -> list[Job]:
        known = {
            "github.ref": self._ref,
            "github.run_attempt": self._attempt,
            **{f"needs.{need}.outputs.{key}": text for need, jobs in needs.items() for key, text in jobs[0].outputs.items()},
            **{f"secrets.{key}": text for key, text in self._secrets.items()},
        }
        good = all(job.result == "success" for jobs in needs.values() for job in jobs)
        if not _applies(plan.get("if", ""), known, good):
            return [Job(name, "skipped")]
        if "strategy" not in plan:
            return [self._job(name, plan, known, more)]
        [(key, values)] = plan["strategy"]["matrix"].items()
        with ThreadPoolExecutor() as pool:
            return [*pool.map(lambda value: self._job(f"{name} {value}", plan, {**known, f"matrix.{key}": value}, more), values)]

    def _job(self, name: str, plan: Yaml, known: dict[str, Any], more: Mapping[str, str]) -> Job:
        folder = self._hosting.machine(name)
        outputs = folder.with_suffix(".outputs")
        outputs.touch()
        given = _filled({**self._flow.get("env", {}), **plan.get("env", {})}, known)
        environment = {
            **given, **more, "CI": "true", "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "us/bot",
            "GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(folder.with_suffix(".summary")),
        }  # fmt: skip
        good, said = True, ""
        for step in plan["steps"]:
            if not _applies(step.get("if", ""), known, good):
                continue
            if "run" in step:
                status, output = self._hosting.shell(_filled(step["run"], known), folder, ["-e"], environment)
                good, said = good and status == 0, said + output
                lines = [line.partition("=") for line in outputs.read_text().splitlines()]
                known |= {f"steps.{step.get('id')}.outputs.{key}": text for key, _, text in lines}
            else:
                self._use(step["uses"].partition("@")[0], _filled(step.get("with", {}), known), folder)
        told = _filled(plan.get("outputs", {}), known) if good else {}
        return Job(name, "success" if good else "failure", said, folder, told)

    def _use(self, action: str, given: Yaml, folder: Path) -> None:
        match action, given:
            case "actions/checkout", _:
                self._hosting.check_out(self._ref, folder, int(given.get("fetch-depth", 1)))
            case "actions/setup-python", {"python-version": _}:
                pass
            case "actions/upload-artifact", {"name": name, "path": path}:
                place = self._artifacts / name
                assert given.get("overwrite") or not place.exists(), f"there is an artifact {name} already"
                shutil.rmtree(place, ignore_errors=True)
                copied(folder / path, place)
            case "actions/download-artifact", {"pattern": pattern, "path": path}:
                for artifact in self._artifacts.glob(pattern):
                    copied(artifact, folder / path / ("" if given.get("merge-multiple") else artifact.name))
            case _:
                raise AssertionError(f"{action} with {given} isn't emulated")


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    """``value`` with the expressions in it worked out."""
    if isinstance(value, dict):
        return {key: _filled(each, known) for key, each in value.items()}
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else value
    return re.sub(r"\$\{\{(.+?)\}\}", lambda found: str(_worth(found[1], known)), value)


def _applies(condition: str, known: Mapping[str, Any], good: bool) -> bool:
    """Whether a job or step is run; without a word about it, only where all before it went well."""
    text = condition.strip().removeprefix("${{").removesuffix("}}").strip()
    always = re.search(r"(always|cancelled)\(\)", text)
    return (good or bool(always)) and bool(_worth(text or "always()", known))


def _worth(expression: str, known: Mapping[str, Any]) -> Any:
    """The value of an expression; what isn't set is empty, as on GitHub."""
    spelled = expression.replace("!cancelled()", "True").replace("always()", "True").replace("&&", " and ")
    named = re.sub(r"\b[a-z]+(?:\.[\w-]+)+", lambda found: repr(known.get(found[0], "")), spelled)
    return eval(named, {"__builtins__": {}})


# GitLab


class GitLab:
    """Runs the jobs of one file for one ref, in their order; a job that is run again finds its cache."""

    def __init__(self, hosting: Hosting, file: Path, ref: str, **variables: str) -> None:
        self._hosting, self._flow, self._ref, self._given = hosting, load(file), ref, variables
        self._store = hosting.folder / "gitlab" / f"{file.stem}-{ref}"

    def run(self, dead: str = "") -> dict[str, Job]:
        """Run all jobs; one that runs in parallel has its number in its name: *shard 1*. ``dead`` as for `GitHub`."""
        done: list[Job] = []
        for name, given in self._flow.items():
            if name.startswith("."):
                continue
            if any(job.result == "failure" for job in done):
                done.append(Job(name, "skipped"))
                continue
            plan = {**self._flow.get(given.get("extends", ""), {}), **given}
            more = {"LINE": "dead"} if name == dead else {}
            if "parallel" not in plan:
                done.append(self._job(name, plan, 1, more))
                continue
            with ThreadPoolExecutor() as pool:
                numbers = range(1, plan["parallel"] + 1)
                done += pool.map(lambda number: self._job(f"{name} {number}", plan, number, more), numbers)
        return {job.name: job for job in done}

    def _job(self, name: str, plan: Yaml, number: int, more: Mapping[str, str]) -> Job:
        folder = self._hosting.machine(name)
        sha = self._hosting.check_out(self._ref, folder, 20)
        environment = {
            **self._given, **more, "CI": "true", "CI_COMMIT_SHA": sha, "CI_COMMIT_SHORT_SHA": sha[:8],
            "CI_DEFAULT_BRANCH": MAIN, "CI_SERVER_HOST": "gitlab.example", "CI_PROJECT_PATH": "us/bot", "CI_PIPELINE_ID": "7",
            "CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": str(plan.get("parallel", 1)),
        }  # fmt: skip
        for need in plan.get("needs", []):
            copied(self._store / "artifacts" / need, folder)
        cache = plan.get("cache", {})
        key = re.sub(r"\$(\w+)", lambda found: environment[found[1]], cache.get("key", ""))
        copied(self._store / "cache" / key, folder)
        status, said = self._hosting.shell("\n".join(plan["script"]), folder, ["-eo", "pipefail"], environment)
        assert {cache.get("when", "always"), plan["artifacts"]["when"]} == {"always"}, "nothing else is emulated"
        for path in cache.get("paths", []):
            copied(folder / path, self._store / "cache" / key / path)
        for path in plan["artifacts"]["paths"]:
            copied(folder / path, self._store / "artifacts" / name.partition(" ")[0] / path)
        allowed = status == 0 or status == plan.get("allow_failure", {}).get("exit_codes")
        return Job(name, "success" if allowed else "failure", said, folder)
