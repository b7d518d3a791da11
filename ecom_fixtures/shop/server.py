"""``python -m ecom_fixtures.shop.server``: the command ``ecom shop`` under the name that it had first."""

import sys

from ecom_fixtures.cli import main

if __name__ == "__main__":
    sys.exit(main(["shop", *sys.argv[1:]]))
