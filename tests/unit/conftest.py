"""The built-in shop and a local model endpoint, started once a session; what a test changes is its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local_endpoint import LocalEndpoint, serve

from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.worlds.shop.database import Database, Template
from ecom_fixtures.worlds.shop.source import Source


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """The built-in shop."""
    template = Template(Source(default_folder() / "shop"))
    yield template
    template.close()


@pytest.fixture
def database(template: Template) -> Iterator[Database]:
    """A fresh copy of the built-in shop."""
    database = template.copy()
    yield database
    database.close()


@pytest.fixture(scope="session")
def server() -> Iterator[LocalEndpoint]:
    with serve() as endpoint:
        yield endpoint


@pytest.fixture
def local(server: LocalEndpoint) -> LocalEndpoint:
    """A model endpoint over HTTP, with an empty script."""
    server.script, server.requests = [], []
    return server
