"""`wideband rocrate`: describes a study's results for archives and other tools."""

import argparse
from pathlib import Path

from ..provenance.crate.write import write_crate
from .study import add_study, chosen_study, results


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Write the crate's metadata and say where it is."""
    print(write_crate(results(chosen_study(args)), Path.cwd()))
    return 0
