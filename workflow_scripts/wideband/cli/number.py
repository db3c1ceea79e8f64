"""`wideband number`: one reported number and what it rests on."""

import argparse
import difflib

from ..errors import WidebandError
from ..numbers import NumberRecord, read_records
from .study import add_study, chosen_study, results


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("id", help="the number's id, or the beginning of several")
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Print one record in full, or a line for each that begins so."""
    records = {record.id: record for record in read_records(results(chosen_study(args)) / "numbers.jsonl")}
    if args.id in records:
        print(_in_full(records[args.id]))
        return 0
    begun = [record for name, record in records.items() if name.startswith(args.id)]
    if not begun:
        near = difflib.get_close_matches(args.id, records, 3, 0.4)
        raise WidebandError(f"no number {args.id!r}; near it: {', '.join(near) or 'none'}")
    for record in begun:
        print(f"{record.id}  {_short(record)}")
    return 0


def _short(record: NumberRecord) -> str:
    value = "undefined" if record.value is None else f"{record.value:.6g}"
    ends = "" if record.ci is None else f" [{', '.join(_end(end) for end in record.ci)}]"
    return f"{value}{ends} {record.unit}, n = {record.n}"


def _end(value: float | None) -> str:
    return "∞" if value is None else f"{value:.6g}"


def _in_full(record: NumberRecord) -> str:
    rows = [
        ("id", record.id),
        ("value", _short(record)),
        ("estimator", f"{record.estimator} {record.args}"),
        ("seed", record.seed),
        ("code", record.fingerprint),
        *(("from", f"{each.path}  {each.rows} rows  {each.digest}") for each in record.inputs),
    ]
    return "\n".join(f"{name:10} {value}" for name, value in rows)
