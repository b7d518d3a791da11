"""A repository and the machines of a service that runs jobs for it, both on this machine.

``pip`` only notes there what it was asked for, since the packages are installed already, and ``pytest`` starts at once.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from forked_command import ForkedCommand
from pages import ROOT

MAIN = "main"
# Whoever starts the tests may work on a service of the kind, and has settings of git and pytest.
OTHERS = re.compile(r"^(CI|GIT|GITHUB|PYTEST|RUNNER)(_|$)|API_KEY$")
PIP = '#!/bin/sh\necho "$@" >> "$PIP_LOG"\n'


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
        self._pytest = ForkedCommand(tools)
        kept = {name: value for name, value in os.environ.items() if not OTHERS.search(name)}
        path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
        self.environment = {
            **kept,
            **git,
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "PIP_LOG": str(self.pips),
            **variables,
        }
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
