"""The hooks of every process: options, parametrization, trials ahead, and what goes on a report.

What only the controlling process does (journal, summary, page, exit status) is in controller.py.
Nothing heavy is imported, and nothing is done, in a session without benchmark tests.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import astuple, replace
from typing import TYPE_CHECKING

import pytest

from ecom_fixtures.plugin.fixtures import PROCESS, RECORD, SETTINGS, process_of
from ecom_fixtures.plugin.items import case_at, trial_at
from ecom_fixtures.plugin.options import add_count, add_options, read_settings

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case

UNSET = pytest.StashKey[tuple[str, ...]]()
PLANNED = pytest.StashKey[str]()
BROKEN = pytest.StashKey[str]()
TAGS = pytest.StashKey[set[str]]()
# What a report carries from a worker to the controller: plain strings.
RECORD_ATTRIBUTE, PLAN_ATTRIBUTE, BROKEN_ATTRIBUTE = "ecom_record", "ecom_plan", "ecom_broken"


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    # pytest-repeat has an option of the same name, and registering it twice is an error.
    if not early_config.pluginmanager.has_plugin("repeat"):
        add_count(parser)
    elif not any(arg.partition("=")[0] == "--count" for arg in args):
        # Its default is 1, which must not hide the ini key.
        early_config.stash[UNSET] = ("count",)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    settings = read_settings(config, config.stash.get(UNSET, ()))
    if is_worker(config):
        # A worker doesn't see the ini file's addopts, but the controller's options, with the count set to 1 below.
        settings = replace(settings, count=config.workerinput["ecom_count"])  # type: ignore[attr-defined]
    config.stash[SETTINGS] = settings
    if config.pluginmanager.has_plugin("repeat"):
        # --count belongs to the task tests alone.
        config.option.count = 1
    if not is_worker(config):
        from ecom_fixtures.plugin.controller import Controller

        config.pluginmanager.register(Controller(config, settings, process_of), "ecom_controller")


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "ecom_case" not in metafunc.fixturenames:
        return
    from ecom_fixtures.dataset.cases import plan
    from ecom_fixtures.errors import DatasetError

    config = metafunc.config
    count = config.stash[SETTINGS].count
    try:
        settings = config.stash[SETTINGS]
        cases = plan(process_of(config).dataset.tasks, settings.count, settings.seed)
    except DatasetError as error:
        config.stash[BROKEN] = str(error)
        if is_worker(config):
            raise pytest.Collector.CollectError(str(error)) from error
        cases = []
    parameters = [pytest.param(case, id=case.name(count), marks=_marks(config, case)) for case in cases]
    metafunc.parametrize("ecom_case", parameters, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let a worker tell the controller that it is the dataset that is broken."""
    report = yield
    if report.failed and (broken := collector.config.stash.get(BROKEN, None)):
        setattr(report, BROKEN_ATTRIBUTE, broken)
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    if case := case_at(item):
        item.extra_keyword_matches.update(process_of(item.config).dataset.task(case.task_id).words)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    if broken := config.stash.get(BROKEN, None):
        raise pytest.UsageError(broken)


def pytest_collection_finish(session: pytest.Session) -> None:
    planned = {item.nodeid: case for item in session.items if (case := trial_at(item))}
    if planned:
        process_of(session.config).expect(planned.values())
        session.config.stash[PLANNED] = json.dumps({nodeid: astuple(case) for nodeid, case in planned.items()})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """In a worker, let the trials of the tests it has been given so far run ahead."""
    if trial_at(item) and is_worker(item.config):
        from ecom_fixtures.plugin.scheduling import queued_items

        given = [item, *queued_items(item.session)]
        process_of(item.config).ahead.offer(case for each in given if (case := trial_at(each)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    record = item.stash.get(RECORD, None)
    if planned := item.config.stash.get(PLANNED, None):
        setattr(report, PLAN_ATTRIBUTE, planned)
        del item.config.stash[PLANNED]
    if record is None or report.when == "teardown":
        return report
    from ecom_fixtures.plugin.explained import explain_report
    from ecom_fixtures.runs.journal import dump_record
    from ecom_fixtures.trial.record import Outcome

    # The wait for the trial, which ran beside others, is no cost of a test's set-up.
    report.duration = record.seconds if report.when == "call" else 0.0
    if report.when == "call" or report.failed:
        setup = process_of(item.config).setup
        explain_report(report, call, record, setup.source.words, setup.dataset.task(record.task))
        if is_worker(item.config):
            setattr(report, RECORD_ATTRIBUTE, dump_record(record))
        if report.failed and record.outcome is Outcome.FAILED:
            report.ecom_unsolved = True  # type: ignore[attr-defined]
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a worker, send the trials that finished but that no test has reported (-x, Ctrl-C)."""
    process = session.config.stash.get(PROCESS, None)
    if process and is_worker(session.config):
        from ecom_fixtures.runs.journal import dump_record

        session.config.workeroutput["ecom_records"] = [dump_record(record) for record in process.close()]  # type: ignore[attr-defined]


def _marks(config: pytest.Config, case: Case) -> list[pytest.MarkDecorator]:
    """The task's tags as markers, registered so that --strict-markers knows them."""
    marks = []
    for word in sorted(process_of(config).dataset.task(case.task_id).words):
        name = word.replace("-", "_")
        if name not in config.stash.setdefault(TAGS, set()):
            config.stash[TAGS].add(name)
            config.addinivalue_line("markers", f"{name}: tasks tagged {word}")
        marks.append(getattr(pytest.mark, name))
    return marks
