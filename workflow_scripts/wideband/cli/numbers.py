"""`wideband numbers`: writes all reported numbers of a study as a table."""

import argparse
from pathlib import Path

from ..errors import WidebandError
from ..numbers import read_records
from .study import add_study, chosen_study, outside, ran, results


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="write CSV: one row per number; null is an empty field"
    )
    parser.add_argument("--parquet", type=Path, metavar="FILE", help="write Parquet, the same columns")


def run(args: argparse.Namespace) -> int:
    """Write the files and say where they are. Raises WidebandError where neither is asked for."""
    if not (args.csv or args.parquet):
        raise WidebandError("wideband numbers: name a file, --csv FILE or --parquet FILE, or both")
    for option in ("csv", "parquet"):
        if place := getattr(args, option):
            outside(place, f"--{option}")
    from ..exporters.numbers_table import table, write_csv, write_parquet

    study = chosen_study(args)
    ran(study)
    found = table(read_records(results(study) / "numbers.jsonl"))
    for place, write in ((args.csv, write_csv), (args.parquet, write_parquet)):
        if place:
            write(found, place)
            print(f"{place}: {found.num_rows} numbers")
    return 0
