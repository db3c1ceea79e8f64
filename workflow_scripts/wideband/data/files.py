"""Benchmark files: rows out of JSON, JSONL and CSV with the place of each, so that errors can name it."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import DataError

Row = dict[str, Any]
# What a folder `data.root` holds.
LAYOUT = "gsm8k/{train,test}.jsonl, math/{train,test,math500}.jsonl, pool/olympiad_877.jsonl, …"


def read_rows(path: Path, wanted: str, otherwise: str = "") -> Iterator[tuple[str, Row]]:
    """The rows of a `.json` array, a `.csv` or `.parquet` table or a JSONL file, each with its place.

    `wanted` says what belongs there; it is the remedy of a missing file, and `otherwise` another one. Raises
    DataError for a missing file, text that is not UTF-8, a line that is not JSON or holds what no table can,
    and a row that is not an object.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; put {wanted} there{otherwise}")
    if path.suffix == ".parquet":
        return _parquet(path, wanted)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}; restore the file ({wanted})") from error
    readers = {".json": _array, ".csv": _table}
    return readers.get(path.suffix, _lines)(path, text, wanted)


def _parquet(path: Path, wanted: str) -> Iterator[tuple[str, Row]]:
    try:
        rows = pq.read_table(path, partitioning=None).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path}: not readable as Parquet ({error}); restore the file ({wanted})") from error
    for number, row in enumerate(rows, start=1):
        yield f"{path} row {number}", row


def _lines(path: Path, text: str, wanted: str) -> Iterator[tuple[str, Row]]:
    # Only "\n" ends a row: splitlines() would also cut at U+2028, which problem texts contain.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", _object(f"{path}:{number}", _parsed(f"{path}:{number}", line, wanted))


def _table(path: Path, text: str, wanted: str) -> Iterator[tuple[str, Row]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            place = f"{path}:{rows.line_num}"
            if None in row or None in row.values():
                raise DataError(f"{place}: not as many fields as the first line; restore the file ({wanted})")
            yield place, row
    except csv.Error as error:
        raise DataError(f"{path}:{rows.line_num}: not CSV ({error}); restore the file ({wanted})") from error


def _array(path: Path, text: str, wanted: str) -> Iterator[tuple[str, Row]]:
    rows = _parsed(str(path), text, wanted)
    if not isinstance(rows, list):
        raise DataError(f"{path}: expected a JSON array of problems; put {wanted} there")
    for number, row in enumerate(rows, start=1):
        yield f"{path} item {number}", _object(f"{path} item {number}", row)


def _parsed(place: str, text: str, wanted: str) -> Any:
    try:
        found = json.loads(text)
        if "\\ud" in text.lower():
            # Half of a surrogate pair is no character: no table can hold it.
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except json.JSONDecodeError as error:
        raise DataError(
            f"{place}: not valid JSON ({error.msg}, column {error.colno}), probably cut off: "
            f"{text[-60:]!r}; restore the file ({wanted})"
        ) from error
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise DataError(f"{place}: holds {half}, half of a character; restore the text") from error
    except (RecursionError, ValueError) as error:
        raise DataError(
            f"{place}: JSON that cannot be read ({error}); restore the file ({wanted})"
        ) from error


def _object(place: str, row: Any) -> Row:
    if not isinstance(row, dict):
        raise DataError(f"{place}: expected a JSON object, found {type(row).__name__}; restore the file")
    return row


def folder(root: str | None) -> Path:
    """`root` as a path, relative to where the pipeline runs. Raises DataError when unset or absent."""
    if root is None:
        raise DataError(
            f"data.root is not set, but data.origin is local; name the folder that holds {LAYOUT}"
        )
    path = Path(root).expanduser()
    if not path.is_dir():
        raise DataError(
            f"data.root: no folder {path}; put the benchmark files there ({LAYOUT}) or correct it"
        )
    return path
