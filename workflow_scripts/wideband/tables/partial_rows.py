"""Rows that a job has so far, share by share, until its table is written.

A job that was killed reads them back when it runs again, and computes the rest only.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from blake3 import blake3

from ..provenance.atomic import atomic_path
from ..provenance.digests import json_digest

Row = dict[str, Any]


class PartialRows:
    """Shares in a folder, each a file that is named by what was asked for and holds what came of it.

    The folder must be one policy's own: that is not in the names.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder, self.schema = folder, schema

    def get(self, asked: Any) -> list[Row] | None:
        """The rows of a share; None where it has no file, or a damaged one."""
        try:
            # Not as a dataset, which would look for partitions in the path.
            with pq.ParquetFile(self._place(asked), page_checksum_verification=True) as file:
                return file.read().to_pylist()
        except (OSError, pa.ArrowException):
            return None

    def put(self, asked: Any, rows: Sequence[Row]) -> None:
        """Keep the rows of a share."""
        table = pa.Table.from_pylist(list(rows), self.schema)
        with atomic_path(self._place(asked)) as temporary:
            pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)

    def _place(self, asked: Any) -> Path:
        return self.folder / f"{json_digest(asked)[:32]}.parquet"


class Journal:
    """Shares that cost money, one a line in one file, each on the disk before the next is asked for.

    By what was asked for, as PartialRows: for shares of a row or few, which would be a file each. A kill
    loses what was not yet written, and no more; a line that it cut short, or that was damaged, counts as
    never written. One process at a time may write. The file must be one policy's own: that is not in the
    lines.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.shares: dict[str, list[Row]] | None = None

    def get(self, asked: Any) -> list[Row] | None:
        """The rows of a share; None where there is no line of it, or a damaged one."""
        return self._read().get(json_digest(asked))

    def put(self, asked: Any, rows: Sequence[Row]) -> None:
        """Append the rows of a share."""
        shares, share = self._read(), (json_digest(asked), list(rows))
        text = json.dumps(share).encode()
        with self.file.open("ab") as file:
            file.write(b"%s %s\n" % (_digest(text), text))
            file.flush()
            os.fsync(file.fileno())
        shares[share[0]] = share[1]

    def _read(self) -> dict[str, list[Row]]:
        if self.shares is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            text = self.file.read_bytes() if self.file.is_file() else b""
            whole = text[: text.rfind(b"\n") + 1]
            if len(whole) < len(text):
                os.truncate(self.file, len(whole))
            self.shares = dict(filter(None, map(_share, whole.splitlines())))
        return self.shares


def _share(line: bytes) -> tuple[str, list[Row]] | None:
    digest, _, text = line.partition(b" ")
    return tuple(json.loads(text)) if digest == _digest(text) else None


def _digest(text: bytes) -> bytes:
    return blake3(text).hexdigest().encode()
