"""What decides a verdict besides the options, as short texts by which two processes can be compared."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import ecom_fixtures
from ecom_fixtures.agents.own import OwnAgent
from ecom_fixtures.trial.setup import Setup

PACKAGE = Path(ecom_fixtures.__file__).parent
KEY = "_API_KEY"


def fingerprint(setup: Setup) -> dict[str, str]:
    """What the trials of this process hang on: {what it is, in words: a text that differs where it does}.

    Keys are told by their names: which of the environment's are set, never what they hold.
    """
    return {
        "version of ecom-fixtures": f"{ecom_fixtures.__version__}-{_digest(_sources(PACKAGE, '*.*'))}",
        "dataset": setup.dataset.fingerprint()[:8],
        "agent module": _digest(_agent_files(setup)) if isinstance(setup.agent, OwnAgent) else "built in",
        "set of API keys": ", ".join(_keys(setup)) or "none",
    }


def _agent_files(setup: Setup) -> list[Path]:
    """The file of one's own agent; all of its package where it is in one."""
    name = setup.agent.name.partition(":")[0]
    module, package = sys.modules[name], sys.modules[name.partition(".")[0]]
    if package.__file__ and Path(package.__file__).name == "__init__.py":
        return _sources(Path(package.__file__).parent, "*.py")
    return [Path(module.__file__)] if module.__file__ else []


def _keys(setup: Setup) -> list[str]:
    names = {name for name in os.environ if name.endswith(KEY)} | {preset.key for preset in setup.models.values()}
    return sorted(name for name in names if os.environ.get(name))


def _sources(folder: Path, pattern: str) -> list[Path]:
    """The files below ``folder`` but for what Python has compiled, and the built-in dataset, which is told apart."""
    skipped = (folder / "data", "__pycache__")
    files = (file for file in folder.rglob(pattern) if file.is_file())
    return sorted(file for file in files if skipped[0] not in file.parents and skipped[1] not in file.parts)


def _digest(files: Iterable[Path]) -> str:
    """Eight hexadecimal digits that tell the contents of ``files`` from others; where they lie doesn't matter."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:8]
