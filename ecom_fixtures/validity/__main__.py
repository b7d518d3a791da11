"""``python -m ecom_fixtures.validity [DIR]``: the command ``ecom validity`` under the name that it had first."""

import sys

from ecom_fixtures.cli import main

if __name__ == "__main__":
    sys.exit(main(["validity", *sys.argv[1:]]))
