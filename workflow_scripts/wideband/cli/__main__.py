"""`python -m wideband.cli`, where the command `wideband` is not installed."""

import sys

from . import main

sys.exit(main())
