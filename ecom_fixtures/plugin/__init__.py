"""The pytest plugin, under the name of its entry point; everything that imports pytest lives in this package."""

from ecom_fixtures.plugin.fixtures import agent, customer, database, ecom_case, task, tools, trial
from ecom_fixtures.plugin.hooks import (
    pytest_addoption,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_generate_tests,
    pytest_itemcollected,
    pytest_load_initial_conftests,
    pytest_make_collect_report,
    pytest_runtest_makereport,
    pytest_runtest_protocol,
    pytest_sessionfinish,
)

__all__ = [
    "agent",
    "customer",
    "database",
    "ecom_case",
    "pytest_addoption",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_itemcollected",
    "pytest_load_initial_conftests",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_sessionfinish",
    "task",
    "tools",
    "trial",
]
