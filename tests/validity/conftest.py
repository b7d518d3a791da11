"""The built-in dataset, loaded once, and copies of it that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.validity.base import Bench


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long tests first, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: not item.get_closest_marker("slow"))


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench.of(Dataset.load(default_folder()))


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., Bench]:
    """A copy with only the named tasks, in which ``(file, old, new)`` has been replaced."""

    def make(*changes: tuple[str, str, str], tasks: tuple[str, ...]) -> Bench:
        folder = tmp_path / "en"
        shutil.copytree(default_folder(), folder)
        for file in (folder / "tasks").glob("*.yaml"):
            if file.stem not in tasks:
                file.unlink()
        for name, old, new in changes:
            file = folder / name
            text = file.read_text(encoding="utf-8")
            assert old in text, f"{old!r} no longer stands in {name}"
            file.write_text(text.replace(old, new), encoding="utf-8")
        return Bench.of(Dataset.load(folder))

    return make
