"""A Chromium for the browser tests, and what a page does in it beyond showing itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Dialog, Page, ViewportSize, expect, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass
class Seen:
    """What a page did beyond showing itself."""

    alerts: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def alert(self, dialog: Dialog) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()


class Opened(NamedTuple):
    """A page in a tab of its own."""

    page: Page
    seen: Seen
    address: str

    def transcript(self, trial: str) -> None:
        self.page.locator(f'.ecom-tasks .ecom-open[data-trial="{trial}"]').click()
        expect(self.page.locator("#ecom-dialog .ecom-body")).to_be_visible()


# Not for the session: while Playwright lives, an event loop runs in this thread, and no asynchronous test could.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        reason = "no Chromium on the PATH and none in $CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[Path], Opened]]:
    """Opens a file in a tab of its own."""
    context = browser.new_context(viewport=ViewportSize(width=1280, height=900))

    def open_file(file: Path) -> Opened:
        page, seen = context.new_page(), Seen()
        page.on("dialog", seen.alert)
        page.on("console", lambda message: seen.console.append(message.text))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.goto(file.as_uri())
        return Opened(page, seen, file.as_uri())

    yield open_file
    context.close()
