"""`wideband prefetch`: downloads what jobs read from the Hugging Face hub."""

import argparse

from ..workflow.prefetch import fetch, wanted
from .study import add_study, chosen_study

UNITS = ("B", "kB", "MB", "GB", "TB")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Fetch one thing after the other and say what, how much and where. Stops at the first failure."""
    study = chosen_study(args)
    things = wanted(study)
    for thing in things:
        print(thing.name, flush=True)
        came = fetch(thing)
        outcome = f"{_size(came)} fetched" if came > 0 else "all there"
        print(f"  {outcome}, {_size(thing.size())} in {', '.join(map(str, thing.places))}", flush=True)
    if not things:
        print(f"{study.name}: its jobs read nothing from the Hugging Face hub, so there is nothing to fetch")
    return 0


def _size(size: float) -> str:
    for unit in UNITS[:-1]:
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} {UNITS[-1]}"
