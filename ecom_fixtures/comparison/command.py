"""What `ecom compare` does with several runs: the lines it prints, and the files it writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecom_fixtures.comparison.compared import compare
from ecom_fixtures.comparison.runs import ComparisonError
from ecom_fixtures.runs.files import replace_file


def compare_runs(
    folders: Sequence[Path],
    *,
    out: Path | None = None,
    markdown: Path | None = None,
    figures: Path | None = None,
    with_paper: bool = False,
) -> list[str]:
    """Compare the runs in ``folders``, write what is asked for, and return what is to be printed.

    Raises:
        ComparisonError: the runs can't be compared, a file can't be written, or matplotlib is needed and not there.
        JournalError: a file of a run is missing or broken.
    """
    from ecom_fixtures.comparison import text

    comparison = compare(folders)
    said = list(text.lines(comparison, with_paper))
    if markdown:
        _write("--markdown", markdown, text.markdown(comparison, with_paper))
        said += ["", f"Markdown: {markdown}"]
    if figures:
        from ecom_fixtures.comparison.charts import write_figures

        try:
            paths = write_figures(comparison, figures)
        except OSError as error:
            raise ComparisonError(f"--figures={figures}: can't be written ({error.strerror})") from error
        said += ["", f"figures: {', '.join(path.name for path in paths)} in {figures}"]
    if out:
        from ecom_fixtures.comparison.page import render

        _write("--out", out, render(comparison, with_paper))
        said += ["", f"page: {out.absolute().as_uri()}"]
    return said


def _write(option: str, path: Path, text: str) -> None:
    try:
        replace_file(path, [text])
    except OSError as error:
        raise ComparisonError(f"{option}={path}: can't be written ({error.strerror})") from error
