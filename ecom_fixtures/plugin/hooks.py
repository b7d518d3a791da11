"""The hooks of every process: options, parametrization, markers, and what goes on a report.

What a process does besides is in controller.py and distribution.py (the controlling one) and in worker.py. Nothing
heavy is imported, and nothing is done, in a session without benchmark tests.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from ecom_fixtures.plugin.fixtures import RECORD
from ecom_fixtures.plugin.items import case_at, trials_of
from ecom_fixtures.plugin.options import add_count, add_options, given_options, read_settings
from ecom_fixtures.plugin.process import BROKEN, SETTINGS, process_of
from ecom_fixtures.plugin.selecting import Selecting, take_up_run

if TYPE_CHECKING:
    from ecom_fixtures.dataset.cases import Case

UNSET = pytest.StashKey[tuple[str, ...]]()
TAGS = pytest.StashKey[set[str]]()


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
    if is_worker(config):
        from ecom_fixtures.plugin.wire import greeting_in
        from ecom_fixtures.plugin.worker import Worker

        worker = Worker(config, greeting_in(config.workerinput))  # type: ignore[attr-defined]
        config.pluginmanager.register(worker, "ecom_worker")
        settings = worker.settings
    else:
        from ecom_fixtures.plugin.controller import Controller

        controller = Controller(config)
        config.pluginmanager.register(controller, "ecom_controller")
        if config.getoption("dist", "no") != "no":
            from ecom_fixtures.plugin.distribution import Distribution

            config.pluginmanager.register(Distribution(config, controller), "ecom_distribution")
        settings = read_settings(config, config.stash.get(UNSET, ()))
        if settings.resume:
            settings = take_up_run(config, settings, given_options(config, config.stash.get(UNSET, ())))
    config.stash[SETTINGS] = settings
    if config.pluginmanager.has_plugin("repeat"):
        # --count belongs to the task tests alone.
        config.option.count = 1


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    # As late as this, so that it sees what is left when all others have selected: --lf comes with pytest_configure.
    session.config.pluginmanager.register(Selecting(session.config), "ecom_selecting")


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "ecom_case" not in metafunc.fixturenames:
        return
    from ecom_fixtures.dataset.cases import plan
    from ecom_fixtures.errors import DatasetError

    config, settings = metafunc.config, metafunc.config.stash[SETTINGS]
    try:
        process = process_of(config)
        cases = plan(process.dataset.tasks, settings.count, settings.seed, process.groups)
    except DatasetError as error:
        config.stash[BROKEN] = str(error)
        cases = []
    parameters = [pytest.param(case, id=case.name(settings.count), marks=_marks(config, case)) for case in cases]
    metafunc.parametrize("ecom_case", parameters, indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    if case := case_at(item):
        item.extra_keyword_matches.update(process_of(item.config).words_of(case))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    # A worker has another way to say so.
    if (broken := config.stash.get(BROKEN, None)) and not is_worker(config):
        raise pytest.UsageError(broken)


def pytest_collection_finish(session: pytest.Session) -> None:
    if trials := trials_of(session.items):
        process_of(session.config).expect(trials.values())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    record = item.stash.get(RECORD, None)
    if record is None:
        return report
    from ecom_fixtures.plugin.explained import explain_report, mark
    from ecom_fixtures.trial.record import Outcome

    if report.when == "teardown":
        # The session keeps its items, and would keep the records of all of them.
        del item.stash[RECORD]
        return report
    # The wait for the trial, which ran beside others, is no cost of a test's set-up.
    report.duration = record.seconds if report.when == "call" else 0.0
    mark(
        report,
        unsolved=report.when == "call" and report.failed and record.outcome is Outcome.FAILED,
        unjudged=report.when == "setup" and report.failed and not record.judged,
    )
    setup = process_of(item.config).setup
    explain_report(report, call, record, setup.source.words, setup.dataset.task(record.task))
    return report


def _marks(config: pytest.Config, case: Case) -> list[pytest.MarkDecorator]:
    """The task's tags and its group's traits as markers, registered so that --strict-markers knows them."""
    marks, process = [], process_of(config)
    for word in sorted(process.words_of(case)):
        name = word.replace("-", "_")
        if name not in config.stash.setdefault(TAGS, set()):
            config.stash[TAGS].add(name)
            what = "customers who are" if word in process.groups.get(case.variant, ()) else "tasks tagged"
            config.addinivalue_line("markers", f"{name}: {what} {word}")
        marks.append(getattr(pytest.mark, name))
    return marks
