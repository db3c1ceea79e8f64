"""`wideband watch`: shows how far a study is, refreshed until nothing runs."""

import argparse
import sys
import time
from pathlib import Path

from ..errors import WidebandError
from ..watching.state import RUNS, state
from ..watching.view import lines
from ..workflow.jobs import jobs
from .study import add_study, chosen_study, results

CLEAR = "\x1b[H\x1b[J"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)
    parser.add_argument(
        "--every", default="5", metavar="SECONDS", help="seconds between updates (default: 5)"
    )
    parser.add_argument("--once", action="store_true", help="print the present state, and stop")


def run(args: argparse.Namespace) -> int:
    """Print how the study stands; on a terminal in place of what was printed before.

    Ends when no snakemake and no job is known to run. Raises WidebandError for a wrong number of seconds.
    """
    seconds = _seconds(args.every)
    study = chosen_study(args)
    planned, root = jobs(study, Path.cwd()), results(study)
    try:
        while True:
            found = state(planned, root)
            clear = CLEAR if sys.stdout.isatty() and not args.once else ""
            print(clear + "\n".join(lines(study.name, found)), flush=True)
            if args.once or not (found.driver or found.having(RUNS)):
                return 0
            time.sleep(seconds)
    except KeyboardInterrupt:
        return 0


def _seconds(text: str) -> float:
    try:
        found = float(text)
        if 0 < found < float("inf"):
            return found
    except ValueError:
        pass
    raise WidebandError(f"--every {text}: give a number of seconds above 0")
