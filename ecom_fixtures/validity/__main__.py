"""``python -m ecom_fixtures.validity [DIR]``: run every check on a dataset and print them as a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.validity.run import check_dataset


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status; see `check_dataset`."""
    parser = argparse.ArgumentParser(prog="python -m ecom_fixtures.validity", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder(), metavar="DIR", help="the dataset")
    parser.add_argument("-k", dest="only", default="", metavar="TEXT", help="only the checks whose name holds TEXT")
    options = parser.parse_args(arguments)
    return check_dataset(options.folder, options.only)


if __name__ == "__main__":
    sys.exit(main())
