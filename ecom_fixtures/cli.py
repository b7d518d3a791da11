"""The console script ``ecom``: what is done with datasets and finished runs, beside pytest."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ecom_fixtures import __version__
from ecom_fixtures.errors import DatasetError, EcomError

if TYPE_CHECKING:
    from ecom_fixtures.evaluation.judgement import Ruling
    from ecom_fixtures.reporting.terminal import Line

# As pytest says that it was interrupted, or used wrongly.
INTERRUPTED, WRONG_USE = 2, 4

# Options of ecom compare that ask for runs side by side, instead of a decision.
SIDE_BY_SIDE = ("out", "markdown", "figures", "with_paper")

FOLDER = click.Path(path_type=Path)
SHARE, POINTS = click.FloatRange(0, 1, min_open=True, max_open=True), click.FloatRange(0, 100, max_open=True)


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
    _print(report_lines(run, _width(), sys.stdout.encoding, figures))
    click.echo(f"\nreport: {write_page(run, figures).absolute().as_uri()}")
    return 0


@cli.command(short_help="Make a baseline file of complete runs.")
@click.argument("runs", nargs=-1, required=True, type=FOLDER, metavar="RUN...")
@click.option("--out", required=True, type=FOLDER, metavar="FILE", help="Where to write it; commit this file.")
def baseline(runs: tuple[Path, ...], out: Path) -> int:
    """Pool the trials of complete runs of one version of an agent into a baseline file, for pytest --baseline=FILE.

    The runs must have the same agent, customer, settings, rules and tasks; give each its own --seed.
    """
    from ecom_fixtures.gate.baseline import Baseline

    made = Baseline.of(runs)
    tasks, trials = len(made.tasks), sum(task.trials for task in made.tasks.values())
    click.echo(f"baseline: {made.write(out)}, agent {made.agent}, {tasks} tasks, {trials} trials of {len(runs)} runs")
    return 0


@cli.command(short_help="Decide whether a run is worse than its baseline; put several runs side by side.")
@click.argument("runs", nargs=-1, required=True, type=FOLDER, metavar="RUN RUN [RUN ...]")
@click.option("--alpha", type=SHARE, default=0.05, show_default=True, help="False alarms, as a share of all decisions.")
@click.option(
    "--ask", multiple=True, metavar="WHAT", help="overall, or a task's id: decide only this; may stand again."
)
@click.option("--drift", type=POINTS, default=0.0, help="By how much a day moves a whole run, in points.")
@click.option(
    "--tolerate", type=POINTS, default=0.0, help="The smallest drop that may fail the run as a whole, in points."
)
@click.option("--smallest-drop", type=POINTS, default=7.5, show_default=True, help="The drop to notice, in points.")
@click.option("--baseline-anyway", is_flag=True, help="Compare all the same where customer, policy or limits differ.")
@click.option("--out", type=FOLDER, metavar="FILE", help="Write the runs side by side, as a page (.html).")
@click.option("--markdown", type=FOLDER, metavar="FILE", help="Write the runs side by side, as Markdown.")
@click.option("--figures", type=FOLDER, metavar="DIR", help="Write the charts of that page as SVG and PNG.")
@click.option("--with-paper", is_flag=True, help="Show the paper's figures beside them, which are of its own tasks.")
@click.pass_context
def compare(context: click.Context, /, runs: tuple[Path, ...], **options: Any) -> int:
    """Of two: decide whether the run in folder RUN is worse than the second, a baseline file or another run's folder.

    It is the decision that pytest --baseline makes at the end of a run, from files alone. Exit status 0 when the run is
    no worse, 1 when it is or when that can't be told.

    Of three and more, and of two with --out, --markdown, --figures or --with-paper: put the runs side by side, over the
    tasks that all of them have. The charts of --out and --figures need pip install 'ecom-fixtures[compare]'.
    """
    given = [name for name in options if context.get_parameter_source(name) is not ParameterSource.DEFAULT]
    side_by_side = len(runs) > 2 or any(name in SIDE_BY_SIDE for name in given)
    if wrong := [name for name in given if side_by_side is not (name in SIDE_BY_SIDE)]:
        raise click.UsageError(f"--{wrong[0].replace('_', '-')} is for the decision on one run against a baseline")
    if not side_by_side and len(runs) == 2:
        return _decide(*runs, **{name: value for name, value in options.items() if name not in SIDE_BY_SIDE})
    from ecom_fixtures.comparison.command import compare_runs

    said = compare_runs(runs, **{name: options[name] for name in SIDE_BY_SIDE})
    # A name may hold what a terminal can't show.
    encoding = sys.stdout.encoding
    click.echo("\n".join(said).encode(encoding, "replace").decode(encoding))
    return 0


def _decide(run: Path, baseline: Path, **terms: Any) -> int:
    from ecom_fixtures.gate.against import decide_files
    from ecom_fixtures.reporting.gate import gate_lines
    from ecom_fixtures.statistics.bounds import Ruling

    comparison = decide_files(run, baseline, **terms)
    _print(gate_lines(comparison, _width(), sys.stdout.encoding))
    return 0 if comparison.ruling is Ruling.PASSES else 1


@cli.command("rescore", short_help="Judge the trials of a run again, by the rules of today.")
@click.argument("run", type=FOLDER)
@click.option("--ecom-dir", type=FOLDER, metavar="DIR", help="Dataset folder (default: the built-in one).")
@click.option("--out", type=FOLDER, metavar="DIR", help="Make a new run's folder there, with the trials judged again.")
@click.option("--rules", type=click.Choice(["suite", "paper"]), default="suite", help="Whose rules to judge by.")
@click.option("-v", "--verbose", is_flag=True, help="Tell every trial and every call, not only the first ones.")
def rescore_trials(run: Path, ecom_dir: Path | None, out: Path | None, rules: Ruling, verbose: bool) -> int:
    """Judge the trials of the run in folder RUN by today's rules and dataset, and tell what changes, and why.

    Its recorded calls are played on a fresh world. No agent, customer or model is called, and RUN stays as it is.
    """
    if out and rules != "suite":
        raise click.UsageError("--out keeps a run that others are compared with, and takes the suite's rules only")
    from ecom_fixtures.dataset.folder import Dataset, default_folder
    from ecom_fixtures.reporting.page import write_page
    from ecom_fixtures.reporting.rescore import rescore_lines
    from ecom_fixtures.runs.rescore import rescore_run

    rescoring = rescore_run(run, Dataset.load(ecom_dir or default_folder()), out, by=rules)
    _print(rescore_lines(rescoring, everything=verbose, width=_width(), encoding=sys.stdout.encoding))
    if out:
        click.echo(f"\nreport: {write_page(out).absolute().as_uri()}")
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
        click.echo(f"INCOMPLETE: {unjudged(figures)}; run them with pytest --resume={shlex.quote(str(folder))}")
    click.echo(f"report: {page.absolute().as_uri()}")
    return 0


def _width() -> int:
    return shutil.get_terminal_size().columns


def _print(lines: Iterable[Line]) -> None:
    for line in lines:
        click.secho(line.text, bold=line.style == "bold", fg=None if line.style in ("", "bold") else line.style)


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
