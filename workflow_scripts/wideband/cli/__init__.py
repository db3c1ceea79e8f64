"""The command line `wideband`: one file per command in this folder, imported when it is called."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from ..errors import WidebandError

# Command: what it does in a line. Each is a module of this package with `arguments(parser)` and `run(args)`.
COMMANDS = {
    "explain": "which jobs would run, why, and what they would cost",
    "adopt": "accept copied results whose digests verify, so that nothing reruns for their times",
    "rocrate": "describe the results as a Workflow Run RO-Crate (ro-crate-metadata.json)",
    "number": "one reported number: value, interval, and what it was computed from",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. A known error is one line on standard error and status 2."""
    parser = argparse.ArgumentParser(prog="wideband", description="Answers about a study's results.")
    chosen = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, summary in COMMANDS.items():
        chosen.add_parser(name, help=summary, add_help=False)
    named, rest = parser.parse_known_args(argv if argv is None else list(argv)[:1])
    rest = list(sys.argv[2:] if argv is None else argv[1:])
    module = importlib.import_module(f"{__name__}.{named.command.replace('-', '_')}")
    command = argparse.ArgumentParser(
        prog=f"wideband {named.command}", description=COMMANDS[named.command] + "."
    )
    module.arguments(command)
    try:
        return module.run(command.parse_args(rest))
    except WidebandError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
