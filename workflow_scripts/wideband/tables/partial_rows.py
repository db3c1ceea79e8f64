"""Rows that a job has so far, share by share, in files until its table is written.

A job that was killed reads them back when it runs again, and computes the rest only.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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
