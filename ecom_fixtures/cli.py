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


@cli.command(short_help="Put runs together: the shards of one, or runs of different trials.")
@click.argument("runs", type=FOLDER, nargs=-1, metavar="RUN...")
@click.option("--out", type=FOLDER, metavar="DIR", help="The new run's folder (default: one beside the first run).")
def merge(runs: Sequence[Path], out: Path | None) -> int:
    """Write a new run that holds all trials of the runs in the folders RUN, and its page and summary.

    The runs stay as they are. They must be of the same settings, dataset and version, and have no trial in common.
    """
    from ecom_fixtures.reporting.page import write_page
    from ecom_fixtures.reporting.words import unjudged
    from ecom_fixtures.runs.figures import figures_of
    from ecom_fixtures.runs.merge import merge as merge_runs

    folder = merge_runs(runs, out)
    figures = figures_of(folder)
    figures.write(folder)
    page = write_page(folder, figures)
    click.echo(f"merged {len(runs)} runs, {figures.planned:,} trials: {folder}")
    if not figures.complete:
        click.echo(f"INCOMPLETE: {unjudged(figures)}; run them with pytest --resume={folder}")
    click.echo(f"report: {page.absolute().as_uri()}")
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
