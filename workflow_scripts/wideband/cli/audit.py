"""`wideband audit`: checks every reported number."""

import argparse
import logging
import re
from pathlib import Path

from ..audit import recompute
from ..audit.anchor import named
from ..audit.report import VERIFIED, table, write
from ..audit.results import Results
from ..audit.run import LEVELS, Question, audit
from ..config import Study
from ..errors import WidebandError
from ..provenance.digests import path_digest
from .study import add_study, chosen_study, no_number, ran, results


class AuditError(WidebandError):
    """A question that no audit can answer."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    add_study(parser)
    parser.add_argument(
        "--level", default="6", help="highest level to check, or a list such as 0,1,6 (default: all)"
    )
    parser.add_argument("--number", metavar="ID", help="report on this number only; give its full id")
    parser.add_argument(
        "--paranoid",
        action="store_true",
        help="compute everything again, without the cache of your earlier audits",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="make findings of runs from a changed checkout, and of audit code that differs from theirs",
    )
    parser.add_argument(
        "--seed", help="choose the rollouts to repeat with this seed, which an earlier audit printed"
    )
    parser.add_argument(
        "--text",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="also check this README or paper, which holds a fragment between its markers; repeatable",
    )
    parser.add_argument(
        "--anchor",
        metavar="HEAD",
        help="compare with a ledger head that was kept elsewhere: the whole hash, or a git tag with it",
    )


def run(args: argparse.Namespace) -> int:
    """Audit, print a table, write audit/audit.json. Status 1 on any finding (of the number, if one is named).

    Raises AuditError for a level, study, number or text that there is not, AnchorError for no anchor.
    """
    quiet()
    asked_levels = levels(args.level)
    study = chosen_study(args)
    root = results(study)
    ran(study)
    if args.number is not None:
        _known(study, root, args.number)
    for text in args.text:
        if not text.is_file():
            raise AuditError(f"--text {text}: no such file")
    head = None if args.anchor is None else named(Path(), args.anchor)
    question = Question(asked_levels, args.paranoid, head, tuple(args.text), args.strict, args.seed)
    found = audit(study, Path(), question)
    write(found, root)
    print(table(found, args.number))
    failed = args.number in found.codes if args.number else found.verdict != VERIFIED
    return int(failed)


def _known(study: Study, root: Path, number: str) -> None:
    """An unknown id is told before anything is audited. Raises WidebandError that names the nearest ids."""
    known = [request.id for request in recompute.requests(Results(root, Path(), study, [], path_digest))]
    known += recompute.read_records(root)[0]
    if number not in known:
        raise no_number(study, number, dict.fromkeys(known))


def quiet() -> None:
    """What jobs tell their logs is no news when their work is done again."""
    logging.getLogger("wideband").setLevel(logging.ERROR)


def levels(text: str) -> tuple[int, ...]:
    """`4` is levels 0 to 4, `0,6` those two alone."""
    if not re.fullmatch(r"[0-6](,[0-6])*", text):
        raise AuditError(f"--level {text}: give a level from 0 to {LEVELS[-1]}, or some joined by commas")
    numbers = sorted({int(level) for level in text.split(",")})
    return tuple(numbers) if "," in text else tuple(range(numbers[0] + 1))
