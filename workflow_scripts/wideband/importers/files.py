"""Rows out of files: JSONL, a JSON array or an object that holds one, CSV, Parquet; each also as .gz."""

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from .errors import ImportFileError
from .row import Row

# A field and its value, or several that it may have.
Where = dict[str, str | list[str]]

TABLES = {".csv": ",", ".tsv": "\t"}
READABLE = (".jsonl", ".json", ".parquet", ".eval", *TABLES)


def read_rows(path: Path, inside: str = "per_problem", where: Where | None = None) -> list[Row]:
    """The rows of a file in order; of a JSON object those in its list `inside`.

    `where` keeps the rows whose fields have these values, or one of several. Raises ImportFileError for a
    missing or broken file, for one without any row, and when `where` leaves none.
    """
    found = list(_rows(path, inside))
    if not found:
        raise ImportFileError(f"{path}: holds no row; restore the file")
    return chosen(path, found, where)


def chosen(path: Path, rows: list[Row], where: Where | None) -> list[Row]:
    """The rows whose fields have the values of `where`. Raises ImportFileError when it leaves none."""
    wanted = {name: [value] if isinstance(value, str) else value for name, value in (where or {}).items()}
    kept = [row for row in rows if all(str(row.get(name)) in values for name, values in wanted.items())]
    if not kept:
        seen = {key: sorted({str(row.get(key)) for row in rows})[:6] for key in where or {}}
        raise ImportFileError(f"{path}: no row has {where}; the file has {seen}: correct --where")
    return kept


def read_object(path: Path) -> dict[str, Any]:
    """The one JSON object of a file. Raises ImportFileError."""
    content = parsed(str(path), read_text(path))
    if not isinstance(content, dict):
        raise ImportFileError(f"{path}: expected a JSON object, found {type(content).__name__}")
    return content


def kind(path: PurePath) -> str:
    """The suffix that tells how a file is read, such as `.jsonl` of `a.jsonl.gz`; small letters."""
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()


def read_bytes(path: Path) -> bytes:
    """The content of a file, unpacked where it is a .gz. Raises ImportFileError."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix.lower() == ".gz" else content
    except FileNotFoundError:
        raise ImportFileError(f"{path}: no such file; put it there or correct the path") from None
    except IsADirectoryError:
        raise ImportFileError(f"{path}: is a folder; name a file in it") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ImportFileError(f"{path}: not a whole gzip file ({error}); restore it") from None
    except OSError as error:
        raise ImportFileError(f"{path}: cannot be read ({error.strerror or error})") from None


def read_text(path: Path) -> str:
    """The text of a file. Raises ImportFileError."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None


def parsed(place: str, text: str) -> Any:
    """The value of a JSON text. Raises ImportFileError naming the place."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        where = place if error.lineno == 1 else f"{place}:{error.lineno}"
        raise ImportFileError(
            f"{where}: not valid JSON ({error.msg}, column {error.colno}), it ends {text[-40:]!r}; "
            "a .jsonl file has one object a line, restore the file"
        ) from None
    except RecursionError:
        raise ImportFileError(f"{place}: JSON that is nested too deep; flatten it") from None
    except ValueError as error:
        raise ImportFileError(f"{place}: a number that is too long ({error}); correct it") from None
    if "\\ud" in text or "\\uD" in text:
        _require_whole(place, text, content)
    return content


def _require_whole(place: str, text: str, content: Any) -> None:
    """Half of a surrogate pair is no character: no table can hold it."""
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        at = text.lower().find(f"\\u{ord(half):04x}")
        line = text.count("\n", 0, at) + 1 if at >= 0 else 1
        where = place if line == 1 else f"{place}:{line}"
        raise ImportFileError(
            f"{where}: holds \\u{ord(half):04x}, half of a character (a text that was cut inside one); "
            "restore the text, or write \\ufffd for it"
        ) from None


def _rows(path: Path, inside: str) -> Iterator[Row]:
    how = kind(path)
    if how in TABLES:
        yield from _table(path, TABLES[how])
    elif how == ".parquet":
        yield from _parquet(path)
    elif how == ".jsonl":
        # Only "\n" ends a row: splitlines() would also cut at U+2028, which problem texts contain.
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            if line.strip():
                yield _row(f"{path}:{number}", parsed(f"{path}:{number}", line))
    else:
        yield from rows_of(path, parsed(str(path), read_text(path)), inside)


def rows_of(path: Path, content: Any, inside: str) -> Iterator[Row]:
    """The rows of a JSON array, or of the list `inside` of an object."""
    if isinstance(content, dict):
        if inside not in content:
            raise ImportFileError(f"{path}: the object has no list '{inside}'; it has {', '.join(content)}")
        content = content[inside]
    if not isinstance(content, list):
        raise ImportFileError(f"{path}: expected a list of rows, found {type(content).__name__}")
    for number, fields in enumerate(content, start=1):
        yield _row(f"{path} item {number}", fields)


def _table(path: Path, delimiter: str) -> Iterator[Row]:
    # Completions are longer than what the module allows a cell by default.
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if len(set(names)) < len(names):
            raise ImportFileError(f"{path}:1: a column name occurs twice; rename one")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(names):
                raise ImportFileError(
                    f"{path}:{reader.line_num}: {len(cells)} cells, but the first line names {len(names)} "
                    "columns; quote cells that hold commas or line breaks"
                )
            yield Row(f"{path}:{reader.line_num}", dict(zip(names, cells, strict=True)), typed=False)
    except csv.Error as error:
        raise ImportFileError(f"{path}:{reader.line_num}: not valid CSV ({error}); correct it") from None


def _parquet(path: Path) -> Iterator[Row]:
    # Imported here: reading rows of text needs no Arrow.
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = read_bytes(path)
    try:
        rows = pq.read_table(pa.BufferReader(content)).to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        message = " ".join(str(error).split())
        raise ImportFileError(f"{path}: not a readable Parquet file ({message}); restore it") from None
    for number, fields in enumerate(rows, start=1):
        yield Row(f"{path} row {number}", fields)


def _row(place: str, fields: Any) -> Row:
    if not isinstance(fields, dict):
        raise ImportFileError(f"{place}: expected a JSON object, found {type(fields).__name__}")
    return Row(place, fields)
