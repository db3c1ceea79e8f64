"""`wideband export`: writes a study's evaluations in the schema of Every Eval Ever."""

import argparse
import time
from pathlib import Path

from ..exporters import export_study
from ..exporters.every_eval_ever import Teller
from ..numbers import read_records
from .study import add_study, chosen_study, outside, ran, results

RELATIONSHIPS = ("first_party", "third_party", "collaborative", "other")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("folder", type=Path, help="folder to write data/<study>/… into")
    parser.add_argument("--organization", default="unknown", help="organization that publishes the results")
    parser.add_argument(
        "--relationship",
        choices=RELATIONSHIPS,
        default="other",
        help="its relationship to the developer of the models",
    )
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Write the files and say where they are."""
    outside(args.folder / "data", "folder")
    study = chosen_study(args)
    ran(study)
    root = results(study)
    records = {record.id: record for record in read_records(root / "numbers.jsonl")}
    teller = Teller(args.organization, args.relationship)
    for path in export_study(study, root, records, args.folder, teller, int(time.time())):
        print(path)
    return 0
