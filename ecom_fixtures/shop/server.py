"""``python -m ecom_fixtures.shop.server``: the shop as an MCP server, under the name it has always had."""

import sys

from ecom_fixtures.worlds.shop.server import main

if __name__ == "__main__":
    sys.exit(main())
