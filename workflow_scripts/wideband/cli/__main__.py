"""`python -m wideband.cli`: the command line without an installed package."""

import sys

from . import main

sys.exit(main())
