"""Draws the dataset's pictures: one PNG for every sidecar data/*/images/<name>.yaml, by the template of its kind.

    python scripts/draw_pictures.py [NAME ...]

How to add a kind stands in scripts/pictures/README.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, meta
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, sync_playwright

from ecom_fixtures.dataset.files import read_yaml
from ecom_fixtures.errors import DatasetError, EcomError, SettingsError
from ecom_fixtures.worlds.pictures import Sidecar

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "pictures"
# Fonts, colours and scale must not depend on the desktop that the browser runs on.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]


class Painter:
    """Turns sidecars into HTML, by the templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._env = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.kinds = sorted(path.stem for path in folder.glob("*.html") if not path.name.startswith("_"))

    def html(self, path: Path, sidecar: Sidecar) -> str:
        """Return the page for the sidecar that stands in ``path``.

        The template knows each field by its name (``item number`` as ``item_number``), those that it
        doesn't name as the dict ``rest``, and the sidecar's ``shows``.

        Raises:
            DatasetError: there is no template of that kind, or it can't be filled in.
        """
        if sidecar.kind not in self.kinds:
            raise DatasetError(path, "kind", f"unknown {sidecar.kind!r}; known: {', '.join(self.kinds)}")
        name = f"{sidecar.kind}.html"
        try:
            named = meta.find_undeclared_variables(self._env.parse((self._folder / name).read_text(encoding="utf-8")))
            fields = {key.replace(" ", "_"): value for key, value in sidecar.fields.items()}
            rest = {key: value for key, value in sidecar.fields.items() if key.replace(" ", "_") not in named}
            return self._env.get_template(name).render(fields, rest=rest, shows=sidecar.shows)
        except (TemplateError, ValueError) as error:
            raise DatasetError(path, "fields", f"{name} can't be filled in: {error}") from error


def browser_path() -> Path:
    """Return the Chromium to draw with: $CHROMIUM, else /usr/bin/chromium.

    Raises:
        SettingsError: no program stands there.
    """
    path = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise SettingsError(f"no Chromium at {path}: install it, or set CHROMIUM to the path of one")
    return path


def sidecars(folder: Path, names: Sequence[str]) -> Iterator[tuple[Path, Sidecar]]:
    """Yield the sidecars under ``folder`` (those of ``names``, or all), in the order of their names.

    Raises:
        DatasetError: a name has no sidecar, or a sidecar is wrong.
    """
    found = {path.stem: path for path in sorted(folder.glob("*/images/*.yaml"))}
    wanted = sorted({name.removesuffix(".png").removesuffix(".yaml") for name in names} or found)
    if unknown := [name for name in wanted if name not in found]:
        known = ", ".join(found) or "none"
        raise DatasetError(folder, "images", f"no sidecar for {', '.join(unknown)}; there are: {known}")
    for name in wanted:
        yield found[name], read_yaml(found[name], Sidecar)


def draw(pictures: Sequence[tuple[Path, Sidecar, str]]) -> None:
    """Write the PNG beside each sidecar from its HTML: the element #picture, two pixels to each CSS pixel.

    Raises:
        DatasetError: a picture lacks a text that its sidecar holds, so a look-up would tell what can't be seen.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        context = browser.new_context(
            viewport={"width": 360, "height": 640},
            device_scale_factor=2,
            offline=True,
            locale="en-US",
            timezone_id="UTC",
        )
        page = context.new_page()
        for path, sidecar, html in pictures:
            page.set_content(html)
            page.evaluate("document.fonts.ready.then(() => true)")
            if missing := _unseen(page, sidecar):
                raise DatasetError(path, "fields", f"{sidecar.kind}.html never shows {', '.join(map(repr, missing))}")
            target = path.with_suffix(".png")
            page.locator("#picture").screenshot(path=target, animations="disabled", caret="hide")
            print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")
        browser.close()


def _unseen(page: Page, sidecar: Sidecar) -> list[str]:
    """The texts in the fields that are neither written in the picture nor the label of a drawing in it."""
    picture = page.locator("#picture")
    labels = picture.locator("[aria-label]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    seen = " ".join(" ".join([picture.text_content() or "", *labels]).split())
    return [text for text in _texts(sidecar.fields) if " ".join(text.split()) not in seen]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    else:
        yield str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the named pictures, or all; return the exit status (1: stopped, and the reason is said)."""
    parser = argparse.ArgumentParser(description="Draw the dataset's pictures from their sidecars.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a picture's name, without its suffix (default: all)")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="the folder of the datasets (default: data)")
    options = parser.parse_args(arguments)
    painter = Painter(TEMPLATES)
    try:
        cards = sidecars(options.data, options.names)
        draw([(path, card, painter.html(path, card)) for path, card in cards])
    except (EcomError, BrowserError) as error:
        print(f"draw_pictures: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
