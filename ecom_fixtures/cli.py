"""The console script ``ecom``: what is done with datasets and finished runs, beside pytest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ecom_fixtures import __version__
from ecom_fixtures.errors import DatasetError, EcomError

# As pytest says that it was used wrongly.
WRONG_USE = 4

FOLDER = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ecom")
def cli() -> None:
    """Check datasets, serve their world, and make the reports of finished runs. Trials are run by pytest."""


@cli.command(short_help="Prove that a dataset measures what it claims.")
@click.argument("folder", required=False, type=FOLDER, metavar="[DIR]")
@click.option("-k", "only", default="", metavar="TEXT", help="Only the checks whose function's name holds TEXT.")
def validity(folder: Path | None, only: str) -> int:
    """Prove that the dataset in DIR (default: the built-in one) measures what it claims.

    Exit status 0 when every check holds, 1 when one doesn't.
    """
    from ecom_fixtures.dataset.folder import default_folder
    from ecom_fixtures.validity.__main__ import run_checks

    return run_checks(folder or default_folder(), only)


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
    from ecom_fixtures.worlds.serving import serve_http, serve_stdio

    dataset = Dataset(ecom_dir or default_folder(), ())
    if not dataset.images.is_dir():
        raise DatasetError(dataset.images, "", "no such folder")
    dataset_files(dataset.folder)
    source = open_source(dataset)
    if transport == "http":
        serve_http(source, port)
    else:
        serve_stdio(source)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; wrong use and what can't be read is one sentence and status 4."""
    try:
        status: int | None = cli.main(arguments, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(sys.stdout)
        return WRONG_USE
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 0
    except EcomError as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USE
    return status or 0
