"""The command line `wideband`: one file per command in this folder, imported when it is called."""

import argparse
import importlib
import keyword
import sys
from collections.abc import Sequence

from ..errors import explained

# Command: what it does in a line. Each is a module of this package with `arguments(parser)` and `run(args)`.
COMMANDS = {
    "explain": "show which jobs would run, why, and what they would cost",
    "measure": "measure models: write a study file, run it, and say where the report is",
    "watch": "show how far a running study is: stages, jobs by state, time left",
    "prefetch": "download what the jobs read from the Hugging Face hub, for nodes without a network",
    "adopt": "check copied results by their digests and accept them, so that they are not computed again",
    "audit": "check every reported number: trace, recompute, grade again, and repeat some of the sampling",
    "claims": "judge published statements: verified, contradicted, or unsupported",
    "rocrate": "describe the results as a Workflow Run RO-Crate (ro-crate-metadata.json)",
    "import": "add results from elsewhere to a study: counts, metrics, or logs of other tools",
    "export": "write a study's evaluations in the schema of Every Eval Ever 0.3.0",
    "numbers": "write all reported numbers of a study into a table: CSV or Parquet",
    "compare": "compare two finished studies: which settings and numbers differ, with intervals",
    "chat": "talk to a checkpoint: samples side by side, and the probabilities of the first token",
    "publish": "write a checkpoint's adapter with a model card, and upload it to the hub if you say so",
    "number": "show one reported number: value, interval, and what it was computed from",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. Without one, print what there is.

    A known error is one line on standard error and status 2.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="wideband", description="Commands about a study and its results.")
    chosen = parser.add_subparsers(dest="command", metavar="command")
    for name, summary in COMMANDS.items():
        command = chosen.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        # The others' modules stay unimported: some take a second.
        if arguments[:1] == [name]:
            module(name).arguments(command)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help()
        return 0
    try:
        return module(args.command).run(args)
    except Exception as error:
        if (message := explained(error)) is None:
            raise
        print(f"error: {message}", file=sys.stderr)
        return 2


def module(command: str):
    """The module of a command."""
    name = command.replace("-", "_")
    return importlib.import_module(f"{__name__}.{name}{'_' if keyword.iskeyword(name) else ''}")
