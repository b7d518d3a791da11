"""The suite's options as pytest's: command line, ini keys, and from both the settings."""

from __future__ import annotations

from typing import Any

import pytest

from ecom_fixtures.settings import OPTIONS, Option, Settings

GROUP = "ecom-bench (customer-service agents)"


def add_options(parser: pytest.Parser) -> None:
    """Register every option but ``--count``, and every ini key."""
    group = parser.getgroup("ecom", GROUP)
    for option in OPTIONS:
        if option.name != "count":
            _add(group, option)
        parser.addini(option.ini, f"default of --{option.name}", default=option.default)


def add_count(parser: pytest.Parser) -> None:
    """Register ``--count``, which pytest-repeat may have taken already."""
    _add(parser.getgroup("ecom", GROUP), next(option for option in OPTIONS if option.name == "count"))


def read_settings(config: pytest.Config, unset: tuple[str, ...] = ()) -> Settings:
    """The settings from command line and ini file. ``unset`` names options that hold another plugin's default.

    Raises:
        pytest.UsageError: a value is not allowed; names the option and what is.
    """
    values = {option.field: _value(config, option, option.name in unset) for option in OPTIONS}
    return Settings(**values, root=config.rootpath)


def _add(group: pytest.OptionGroup, option: Option) -> None:
    default = f" (default: {option.default})" if option.default else ""
    group.addoption(f"--{option.name}", default=None, metavar=option.metavar, help=option.help + default)


def _value(config: pytest.Config, option: Option, unset: bool) -> Any:
    given = None if unset else config.getoption(option.field, default=None)
    where = f"--{option.name}" if given is not None else f"ini key {option.ini}"
    text = str(given if given is not None else config.getini(option.ini))
    try:
        return option.parse(text)
    except ValueError as error:
        raise pytest.UsageError(f"{where} must be {error}, got {text!r}") from error
