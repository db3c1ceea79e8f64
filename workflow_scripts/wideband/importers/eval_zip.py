"""Reading `.eval` files of inspect_ai: a zip of JSON, one file a sample, parts of it packed by zstandard."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from .errors import ImportFileError
from .files import parsed
from .row import Row

# Number of the method in a zip file, which Python's zipfile does not know before 3.14.
ZSTANDARD = 93
LOCAL_HEADER = struct.Struct("<26x2H")


def read_eval(path: Path) -> tuple[dict[str, Any], list[Row]]:
    """The header of a log (that of its start while it is not finished) and its samples in order.

    Raises ImportFileError for what is no zip, or whose parts are not whole.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = {info.filename: info for info in archive.infolist()}
            text = {name: _part(path, archive, file, info) for name, info in parts.items() if _is_read(name)}
    except FileNotFoundError:
        raise ImportFileError(f"{path}: no such file; put it there or correct the path") from None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ImportFileError(f"{path}: not a whole .eval file ({error}); restore it") from None
    if "header.json" in text:
        header = _object(path, "header.json", text)
    elif "_journal/start.json" in text:
        header = {**_object(path, "_journal/start.json", text), "status": "started"}
    else:
        raise ImportFileError(f"{path}: not a log of inspect_ai: it has no header.json; restore it")
    names = [name for name in text if name.startswith("samples/")]
    rows = [Row(f"{path} {name}", _object(path, name, text)) for name in names]
    return header, sorted(rows, key=lambda row: row.get("epoch") if isinstance(row.get("epoch"), int) else 0)


def _is_read(name: str) -> bool:
    return name in ("header.json", "_journal/start.json") or (
        name.startswith("samples/") and name.endswith(".json")
    )


def _part(path: Path, archive: zipfile.ZipFile, file: Any, info: zipfile.ZipInfo) -> str:
    try:
        if info.compress_type != ZSTANDARD:
            return archive.read(info).decode("utf-8")
        file.seek(info.header_offset)
        name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
        file.seek(info.header_offset + LOCAL_HEADER.size + name + extra)
        content = _unpacked(file.read(info.compress_size))
        if zlib.crc32(content) != info.CRC:
            raise ImportFileError(f"{path} {info.filename}: its checksum differs; restore the file")
        return content.decode("utf-8")
    except (UnicodeDecodeError, struct.error) as error:
        raise ImportFileError(f"{path} {info.filename}: not readable ({error}); restore the file") from None


def _unpacked(content: bytes) -> bytes:
    # Arrow brings zstandard along; imported here, since few files need it.
    import pyarrow as pa

    with pa.input_stream(pa.BufferReader(content), compression="zstd") as stream:
        return stream.read()


def _object(path: Path, name: str, text: dict[str, str]) -> dict[str, Any]:
    content = parsed(f"{path} {name}", text[name])
    if not isinstance(content, dict):
        raise ImportFileError(f"{path} {name}: expected a JSON object, found {type(content).__name__}")
    return content
