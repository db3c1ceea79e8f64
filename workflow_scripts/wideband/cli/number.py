"""`wideband number`: shows one reported number and what it was computed from."""

import argparse

from ..numbers import NumberRecord, read_records
from .study import add_study, chosen_study, no_number, ran, results


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("id", help="the number's full id")
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Print one record in full. Raises WidebandError naming ids near an unknown one."""
    study = chosen_study(args)
    ran(study)
    records = {record.id: record for record in read_records(results(study) / "numbers.jsonl")}
    if args.id not in records:
        raise no_number(study, args.id, records)
    print(_in_full(records[args.id]))
    return 0


def _value(record: NumberRecord) -> str:
    value = "undefined" if record.value is None else f"{record.value:.6g}"
    ends = "" if record.ci is None else f" [{', '.join(_end(end) for end in record.ci)}]"
    return f"{value}{ends} {record.unit}, n = {record.n}"


def _end(value: float | None) -> str:
    return "∞" if value is None else f"{value:.6g}"


def _in_full(record: NumberRecord) -> str:
    rows = [
        ("id", record.id),
        ("value", _value(record)),
        ("estimator", f"{record.estimator} {record.args}"),
        ("seed", record.seed),
        ("code", record.fingerprint),
        *(("from", f"{table.path}  {table.rows} rows  {table.digest}") for table in record.inputs),
    ]
    return "\n".join(f"{name:10} {value}" for name, value in rows)
