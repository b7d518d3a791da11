"""Where the result of a run is written as Markdown: --ecom-markdown, or the summary of a job on GitHub."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecom_fixtures.errors import SettingsError
from ecom_fixtures.settings import Settings

if TYPE_CHECKING:
    from ecom_fixtures.gate.outcome import Exit
    from ecom_fixtures.reporting.terminal import Line
    from ecom_fixtures.runs.figures import Figures
    from ecom_fixtures.statistics.floors import FloorDecision

JOB_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True)
class MarkdownFile:
    """A file that can be written. ``name`` is what the user knows it by; the summary of a job is appended to."""

    name: str
    path: Path
    mode: Literal["w", "a"]

    @classmethod
    def wanted(cls, settings: Settings, started: Path) -> MarkdownFile | None:
        """The file that was asked for, if any; a relative path counts from where pytest was ``started``.

        Raises:
            SettingsError: it can't be written.
        """
        if settings.ecom_markdown:
            path = started / Path(settings.ecom_markdown).expanduser()
            file = cls(f"--ecom-markdown={settings.ecom_markdown}", path, "w")
        elif summary := os.environ.get(JOB_SUMMARY):
            file = cls(f"${JOB_SUMMARY}", Path(summary), "a")
        else:
            return None
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            file.path.open("ab").close()
        except OSError as error:
            raise SettingsError(file._problem(error)) from error
        return file

    def write(
        self, folder: Path, figures: Figures, final: Exit, floors: Sequence[FloorDecision], gate: Sequence[Line]
    ) -> Exit:
        """Write the result of the run in ``folder``; return how it ends, which is wrong if that can't be done."""
        from ecom_fixtures.gate.outcome import Exit
        from ecom_fixtures.reporting.markdown import result

        text = result(folder, figures, final, floors, gate)
        try:
            with self.path.open(self.mode, encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            return Exit(final.status or 1, f"{self._problem(error)}; {final.reason}")
        return final

    def _problem(self, error: OSError) -> str:
        return f"{self.name}: can't be written ({error.strerror})"
