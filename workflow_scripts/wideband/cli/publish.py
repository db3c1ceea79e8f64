"""`wideband publish`: writes a checkpoint's adapter with a model card, as a PEFT folder or to the hub."""

import argparse
import re
from pathlib import Path

from ..audit.run import Question, audit
from ..config import Study
from ..errors import WidebandError
from ..numbers import read_records
from ..publishing.push import check_name, push
from ..workflow.layout import Checkpoint
from .audit import quiet
from .study import add_checkpoint, add_study, chosen_checkpoint, chosen_study, outside, results

LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)
    add_checkpoint(parser)
    parser.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="write it there (default: published/<study>.<arm>.<checkpoint>)",
    )
    parser.add_argument("--licence", metavar="SPDX", help="licence of the adapter, such as apache-2.0 or mit")
    parser.add_argument(
        "--push",
        metavar="REPO",
        help="upload it to this repository of the hub; without this option nothing leaves the machine",
    )
    parser.add_argument("--public", action="store_true", help="a new repository is public (default: private)")


def run(args: argparse.Namespace) -> int:
    """Audit the study, write the folder, upload it if asked. Raises WidebandError for what cannot be done."""
    quiet()
    study = chosen_study(args)
    checkpoint = chosen_checkpoint(study, args)
    place = _place(study, checkpoint, args.to)
    if args.licence and not LICENCE.fullmatch(args.licence):
        raise WidebandError(f"--licence {args.licence}: give an SPDX id, such as apache-2.0")
    if args.push:
        check_name(args.push)
    # PyTorch takes seconds: what is wrong with the question was said before.
    from ..audit.policies import quiet as without_bars
    from ..publishing.folder import subject_of, write_folder

    with without_bars():
        subject = subject_of(study, checkpoint, args.push or ".", args.licence)
        records = {record.id: record for record in read_records(results(study) / "numbers.jsonl")}
        found = audit(study, Path(), Question())
        files = write_folder(place, subject, checkpoint.adapter, records, found)
    for path in files:
        print(f"{path.stat().st_size:12,d}  {path}")
    print(f"audit of {study.name}: {found.verdict}; the card says so")
    if args.push:
        print(push(place, args.push, private=not args.public))
    else:
        print("nothing was uploaded; use --push OWNER/NAME to upload it")
    return 0


def _place(study: Study, checkpoint: Checkpoint, wanted: Path | None) -> Path:
    """Where the folder is written: one that was given must be new, the default one is written anew."""
    if wanted and wanted.exists():
        raise WidebandError(f"--to {wanted}: exists already; remove it, or name another folder")
    return outside(wanted or Path("published") / f"{study.name}.{checkpoint.arm}.{checkpoint.name}")
