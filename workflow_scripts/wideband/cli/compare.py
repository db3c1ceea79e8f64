"""`wideband compare`: says which settings and which numbers of two finished studies differ."""

import argparse
import json
from pathlib import Path

from ..comparison import compare, finished
from ..comparison.page import page
from ..comparison.text import lines
from ..provenance.atomic import write_text
from .study import outside


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("a", type=Path, help="the results folder of a finished study, such as results/micro")
    parser.add_argument("b", type=Path, help="that of another, here or elsewhere; differences are a − b")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the comparison as JSON")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the comparison as a page with links to both reports"
    )


def run(args: argparse.Namespace) -> int:
    """Print what differs, and write the files that are asked for.

    Raises ComparisonError for a study that is unfinished or was tampered with, WidebandError for a file that
    would lie in results.
    """
    for option in ("json", "html"):
        if place := getattr(args, option):
            outside(place, f"--{option}")
    found = compare(finished(args.a), finished(args.b))
    if args.json:
        text = json.dumps(found.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
        write_text(args.json, text + "\n")
    if args.html:
        write_text(args.html, page(found, args.html))
    print("\n".join(lines(found)))
    for path in filter(None, (args.json, args.html)):
        print(path)
    return 0
