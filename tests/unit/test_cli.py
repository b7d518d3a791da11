"""The console script: what wrong use looks like, and that the older ways to the same commands are open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ecom_fixtures.cli import main


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["vlidity"], "Did you mean 'validity'"),
        (["shop", "--port", "x"], "'x' is not a valid integer"),
        (["shop", "--transprot", "http"], "--transprot"),
        (["validity", "/nowhere"], "error: /nowhere/tasks: no such folder"),
    ],
)
def test_wrong_use_is_told_and_exits_as_in_pytest(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 4
    printed = capsys.readouterr()
    assert told in printed.err
    assert "Traceback" not in printed.err


def test_without_a_command_the_commands_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 4
    assert "validity" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("module", "usage"),
    [("ecom_fixtures", "COMMAND [ARGS]"), ("ecom_fixtures.shop.server", "shop"), ("ecom_fixtures.validity", "DIR")],
)
def test_every_module_that_was_a_command_still_is_one(module: str, usage: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True)
    assert usage in done.stdout


def test_the_help_loads_nothing_heavy() -> None:
    code = "import sys, ecom_fixtures.cli as cli; cli.main(['--help']); print({'mcp', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_ctrl_c_while_a_dataset_is_checked_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(folder: Path, only: str) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("ecom_fixtures.validity.run.check_dataset", check)
    assert main(["validity"]) == 2
