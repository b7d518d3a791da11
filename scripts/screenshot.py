"""Draws docs/report.png: the top of the report of a real run, by the reference agent that makes mistakes.

python scripts/screenshot.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from draw_pictures import FLAGS, ROOT, browser_path
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

from ecom_fixtures.errors import SettingsError

TARGET = ROOT / "docs" / "report.png"
RUN = ("-m", "pytest", "-q", "--agent=apprentice", "--count=3", "-n", "2")


def make_report(folder: Path) -> Path:
    """Run the benchmark and return its report.

    Raises:
        subprocess.CalledProcessError: trials could not be judged; unsolved ones are meant to be.
    """
    subprocess.run([sys.executable, *RUN, f"--ecom-reports={folder}"], cwd=ROOT, check=True)
    [report] = folder.glob("*/report.html")
    return report


def draw(report: Path) -> None:
    """Write the picture of what a reader sees first, 1280 x 900 pixels."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", locale="en-US")
        page.goto(report.as_uri())
        page.locator(".ecom-tasks .ecom-open").first.wait_for()
        TARGET.parent.mkdir(exist_ok=True)
        page.screenshot(path=TARGET, animations="disabled", caret="hide")
        browser.close()


def main() -> int:
    """Return the exit status (1: stopped, and the reason is said)."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            draw(make_report(Path(folder)))
        except (SettingsError, BrowserError, subprocess.CalledProcessError) as error:
            print(f"screenshot: {error}", file=sys.stderr)
            return 1
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
