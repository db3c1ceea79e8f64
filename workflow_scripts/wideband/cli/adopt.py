"""`wideband adopt`: checks results that were copied here, and accepts them."""

import argparse
from pathlib import Path

from ..provenance.cache import DigestCache
from ..provenance.parse_cache import cached_parsing
from ..workflow.jobs import jobs
from ..workflow.modification_times import prepare
from .study import add_study, chosen_study, results


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Hash every output, restore the order of times, and say what is not what its manifest says."""
    study = chosen_study(args)
    root = results(study)
    with cached_parsing() as read:
        planned = jobs(study, Path.cwd(), read)
    DigestCache(root).forget()
    stale = prepare(planned, root).stale
    edited = [why.what for found in stale.values() for why in found if why.kind in ("edited", "input")]
    print(
        f"{len(planned) - len(stale)} of {len(planned)} jobs adopted: their results have the right digests."
    )
    if stale:
        print(f"{len(stale)} will run again; `wideband explain --study {study.name}` says why.")
    for path in dict.fromkeys(edited):
        print(f"  {path}: does not match its manifest")
    return 1 if edited else 0
