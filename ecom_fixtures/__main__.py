"""``python -m ecom_fixtures``: the console script ``ecom``."""

import sys

from ecom_fixtures.cli import main

sys.exit(main())
