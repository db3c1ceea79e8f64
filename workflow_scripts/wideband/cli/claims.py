"""`wideband claims`: do published statements hold?"""

import argparse
from pathlib import Path

from ..audit.claims import FOLDER, VERIFIED
from ..audit.run import Question, audit
from .audit import quiet
from .study import add_study, chosen_study

# All that a claim needs: bytes, freshness, lineage, recomputation, verdicts, and the claims themselves.
LEVELS = (0, 1, 2, 3, 4, 6)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    add_study(parser)
    parser.add_argument("--paranoid", action="store_true", help="read and compute everything again")


def run(args: argparse.Namespace) -> int:
    """Print every claim about the study with its verdict. Status 1 if one does not hold."""
    quiet()
    study = chosen_study(args)
    judged = audit(study, Path(), Question(LEVELS, args.paranoid)).claims
    for each in judged:
        print(f"{each.verdict:18}  {each.claim.text}\n{'':18}  {each.file}: {each.detail}")
    if not judged:
        print(f"{study.name}: no claims in {FOLDER}/*.yaml")
    return int(any(each.verdict != VERIFIED for each in judged))
