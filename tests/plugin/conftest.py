"""Fixtures for tests that run pytest in a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project."""
    return Project(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One project for the module's sessions that several tests look at."""
    return Project(tmp_path_factory.mktemp("project"))
