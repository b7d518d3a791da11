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


def given_options(config: pytest.Config, unset: tuple[str, ...] = ()) -> dict[str, Any]:
    """The options that stand on the command line, by their field in `Settings`; ``unset`` as above.

    Raises:
        pytest.UsageError: a value is not allowed; names the option and what is.
    """
    names = [option for option in OPTIONS if option.name not in unset]
    given = [option for option in names if config.getoption(option.field, default=None) is not None]
    return {option.field: _value(config, option, unset=False) for option in given}


def _add(group: pytest.OptionGroup, option: Option) -> None:
    if option.flag:
        group.addoption(f"--{option.name}", default=None, action="store_const", const="true", help=option.help)
        return
    default = f" (default: {option.default})" if option.default else ""
    action = "append" if option.many else "store"
    group.addoption(f"--{option.name}", default=None, action=action, metavar=option.metavar, help=option.help + default)


def _value(config: pytest.Config, option: Option, unset: bool) -> Any:
    given = None if unset else config.getoption(option.field, default=None)
    where = f"--{option.name}" if given is not None else f"ini key {option.ini}"
    value = given if given is not None else config.getini(option.ini)
    if not option.many:
        return _parsed(option, where, str(value))
    return tuple(_parsed(option, where, text) for text in (value.split() if isinstance(value, str) else value))


def _parsed(option: Option, where: str, text: str) -> Any:
    try:
        return option.parse(text)
    except ValueError as error:
        raise pytest.UsageError(f"{where} must be {error}, got {text!r}") from error
