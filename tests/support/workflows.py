"""CI workflows run on this machine: their shell parts as they stand, in fresh checkouts of a bare repository.

What a service does around the shell is emulated as far as the workflows of ``docs/workflows/`` use it: checkouts,
artifacts, caches, outputs, expressions, a matrix. What isn't known is an error, so that no workflow relies on it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from hosting import MAIN, Hosting, Job, copied

Yaml = dict[str, Any]


def load(file: Path) -> Yaml:
    """The workflow in ``file``. YAML 1.1 takes the key ``on`` for true."""
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}


def at_once(run: Callable[[Any], Job], values: Iterable[Any]) -> list[Job]:
    """The jobs of a matrix, on machines of their own."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(run, values))


# GitHub Actions


class GitHub:
    """Runs one workflow for one ref; another attempt finds the artifacts of those before it."""

    def __init__(self, hosting: Hosting, file: Path, ref: str, **secrets: str) -> None:
        self._hosting, self._flow, self._ref = hosting, load(file), ref
        self._artifacts = hosting.machine("artifacts")
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
            **{
                f"needs.{need}.outputs.{key}": text
                for need, jobs in needs.items()
                for key, text in jobs[0].outputs.items()
            },
            **{f"secrets.{key}": text for key, text in self._secrets.items()},
        }
        good = all(job.result == "success" for jobs in needs.values() for job in jobs)
        if not _applies(plan.get("if", ""), known, good):
            return [Job(name, "skipped")]
        if "strategy" not in plan:
            return [self._job(name, plan, known, more)]
        [(key, values)] = plan["strategy"]["matrix"].items()
        return at_once(
            lambda value: self._job(f"{name} {value}", plan, {**known, f"matrix.{key}": value}, more), values
        )

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
        self._store = hosting.machine("store")

    def run(self, dead: str = "") -> dict[str, Job]:
        """Run all jobs; one that runs in parallel has its number in its name: *shard 1*. ``dead`` as for `GitHub`."""
        done: list[Job] = []
        for name, given in self._flow.items():
            if not name.startswith("."):
                plan = {**self._flow.get(given.get("extends", ""), {}), **given}
                broken = any(job.result == "failure" for job in done)
                done += (
                    [Job(name, "skipped")]
                    if broken
                    else self._jobs(name, plan, {"LINE": "dead"} if name == dead else {})
                )
        return {job.name: job for job in done}

    def _jobs(self, name: str, plan: Yaml, more: Mapping[str, str]) -> list[Job]:
        if "parallel" not in plan:
            return [self._job(name, plan, 1, more)]
        numbers = range(1, plan["parallel"] + 1)
        return at_once(lambda number: self._job(f"{name} {number}", plan, number, more), numbers)

    def _job(self, name: str, plan: Yaml, number: int, more: Mapping[str, str]) -> Job:
        folder = self._hosting.machine(name)
        sha = self._hosting.check_out(self._ref, folder, 20)
        environment = {
            **self._given, **more, "CI": "true", "CI_COMMIT_SHA": sha, "CI_COMMIT_SHORT_SHA": sha[:8],
            "CI_DEFAULT_BRANCH": MAIN, "CI_SERVER_HOST": "gitlab.example", "CI_PROJECT_PATH": "us/bot",
            "CI_PIPELINE_ID": "7", "CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": str(plan.get("parallel", 1)),
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
