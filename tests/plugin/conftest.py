"""Fixtures for tests that run pytest in a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .project import Project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under --dist=loadgroup keep a module's tests on one worker: they share sessions, which take seconds each."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project."""
    return Project(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One project for the module's sessions that several tests look at."""
    return Project(tmp_path_factory.mktemp("project"))
