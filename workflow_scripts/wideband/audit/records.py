"""The number records of a study, line by line, and the numbers that it has to report whatever they say."""

from collections.abc import Iterator
from pathlib import Path

from ..numbers import NumberRecord
from ..numbers.plan import Request
from ..numbers.plan_pool import pool_path
from ..numbers.study import planned
from .finding import Finding
from .graph import NUMBERS
from .results import Results


def read(root: Path) -> tuple[dict[str, NumberRecord], list[Finding]]:
    """Records by id, and a finding for every line that is none or names an id again."""
    path = root / NUMBERS
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    records: dict[str, NumberRecord] = {}
    findings = []
    for place, line in enumerate(filter(None, text.split("\n")), start=1):
        record = _parsed(line, records)
        if record is None:
            findings.append(Finding("NUMBER_MISMATCH", 3, f"line {place} is not a number record", NUMBERS))
        elif record.id in records:
            detail = f"line {place} reports it once more"
            findings.append(Finding("NUMBER_MISMATCH", 3, detail, NUMBERS, number=record.id))
        else:
            records[record.id] = record
    return records, findings


def _parsed(line: str, before: dict[str, NumberRecord]) -> NumberRecord | None:
    try:
        record = NumberRecord.from_json(line, before)
        return record if all(map(_plain, _numbers(record))) and isinstance(record.id, str) else None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _numbers(record: NumberRecord) -> Iterator[object]:
    yield record.value
    yield from record.ci or ()


def _plain(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def requests(results: Results) -> list[Request]:
    """Every number by the plan of the study; those of sources in the pool only if the pool can be read."""
    study = results.study
    pool = results.frame(pool_path(study)) if study.band_stage() else None
    known = pool is not None and "source" in pool
    return planned(study, sorted(set(map(str, pool["source"].dropna()))) if known else ())
