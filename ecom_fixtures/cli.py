"""The console script ``ecom``: what is done with datasets and finished runs, beside pytest."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ecom_fixtures import __version__
from ecom_fixtures.errors import DatasetError, EcomError

# As pytest says that it was interrupted, or used wrongly.
INTERRUPTED, WRONG_USE = 2, 4

FOLDER = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ecom")
def cli() -> None:
    """Check datasets, serve their world, and make the reports of finished runs. Trials are run by pytest."""


@cli.command(short_help="Prove that a dataset measures what it claims.")
@click.argument("folder", required=False, type=FOLDER, metavar="[DIR]")
@click.option("-k", "only", default="", metavar="TEXT", help="Only the checks whose name holds TEXT.")
def validity(folder: Path | None, only: str) -> int:
    """Prove that the dataset in DIR (default: the built-in one) measures what it claims.

    Exit status 0 when no check fails, 1 when one does or nothing was checked at all.
    """
    from ecom_fixtures.dataset.folder import default_folder
    from ecom_fixtures.validity.run import check_dataset

    return check_dataset(folder or default_folder(), only)


@cli.command(short_help="Serve the shop and its tools to any MCP client.")
@click.option(
    "--transport",
    type=click.Choice(["stdio", "http"]),
    default="stdio",
    show_default=True,
    help="stdio: talk over standard input and output, for a client that starts this command itself; "
    "http: streamable HTTP on the loopback address.",
)
@click.option("--port", type=int, default=8765, show_default=True, help="Port for http, 0 for any free one.")
@click.option("--ecom-dir", type=FOLDER, metavar="DIR", help="Dataset folder (default: the built-in one).")
def shop(transport: str, port: int, ecom_dir: Path | None) -> int:
    """Serve the shop of a dataset, with its customer-service tools, to any MCP client.

    The shop lives in memory: it starts as the dataset describes it, all clients of this process share it and see each
    other's changes, and it is gone when the process ends. No trial is played or judged here.
    """
    from ecom_fixtures.dataset.folder import Dataset, dataset_files, default_folder
    from ecom_fixtures.worlds.choice import open_source
    from ecom_fixtures.worlds.standalone import serve_http, serve_stdio

    dataset = Dataset(ecom_dir or default_folder(), ())
    if not dataset.images.is_dir():
        raise DatasetError(dataset.images, "", "no such folder")
    dataset_files(dataset.folder)
    source = open_source(dataset)
    try:
        if transport == "http":
            serve_http(source, port)
        else:
            serve_stdio(source)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    return 0


@cli.command(short_help="Make the reports of a run again, from its folder alone.")
@click.argument("run", type=FOLDER)
def report(run: Path) -> int:
    """Write report.html and summary.json of the run in folder RUN again, and print its summary.

    Nothing but the folder is needed: no dataset, no key. The journal and the manifest stay as they are.
    """
    from ecom_fixtures.reporting.page import write_page
    from ecom_fixtures.reporting.terminal import report_lines
    from ecom_fixtures.runs.figures import figures_of

    figures = figures_of(run)
    figures.write(run)
    width = shutil.get_terminal_size().columns
    for line in report_lines(run, width, sys.stdout.encoding, figures):
        click.secho(line.text, bold=line.style == "bold", fg=None if line.style in ("", "bold") else line.style)
    click.echo(f"\nreport: {write_page(run, figures).absolute().as_uri()}")
    return 0


@cli.command(short_help="Compare several runs: models, prompts, personas side by side.")
@click.argument("runs", nargs=-1, required=True, type=FOLDER, metavar="RUN RUN [RUN ...]")
@click.option("--out", type=FOLDER, metavar="FILE", help="Write the comparison as a page (.html).")
@click.option("--markdown", type=FOLDER, metavar="FILE", help="Write the comparison as Markdown.")
@click.option("--figures", type=FOLDER, metavar="DIR", help="Write its charts as SVG and PNG.")
@click.option("--with-paper", is_flag=True, help="Show the paper's figures too, which are of its own tasks.")
def compare(
    runs: tuple[Path, ...], out: Path | None, markdown: Path | None, figures: Path | None, with_paper: bool
) -> int:
    """Compare the runs in folders RUN over the tasks that all of them have.

    Nothing but the folders is needed. --out and --figures draw charts: pip install 'ecom-fixtures[compare]'.
    """
    from ecom_fixtures.comparison.command import compare_runs

    said = compare_runs(runs, out=out, markdown=markdown, figures=figures, with_paper=with_paper)
    # A name may hold what a terminal can't show.
    encoding = sys.stdout.encoding
    click.echo("\n".join(said).encode(encoding, "replace").decode(encoding))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; wrong use and what can't be read is one sentence and status 4.

    Ctrl-C ends with status 2, but for a server, whose proper end it is.
    """
    try:
        status: int | None = cli.main(arguments, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(sys.stdout)
        return WRONG_USE
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except click.Abort:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except EcomError as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USE
    return status or 0
