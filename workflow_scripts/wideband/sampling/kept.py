"""Completions that a sampling job has so far, in files until its table is written.

A job that was killed reads them back when it runs again, and samples the rest only.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..provenance.atomic import atomic_path
from ..provenance.digests import json_digest
from .requests import Completion, Request, Settings

SCHEMA = pa.schema(
    {
        "text": pa.string(),
        "token_ids": pa.list_(pa.int64()),
        "tokens": pa.int64(),
        "prompt_tokens": pa.int64(),
        "finish_reason": pa.string(),
        "logprob": pa.float64(),
    }
)


class Kept:
    """Shares in a folder, each a file that is named by what was asked for and holds what came of it.

    The folder must be one policy's own: that is not in the names.

    Attributes:
        rollouts: how many completions were read back.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.rollouts = folder, 0

    def get(self, requests: Sequence[Request], settings: Settings) -> list[Completion] | None:
        """The completions of a share; None where it has no file, or a damaged one."""
        try:
            # Not as a dataset, which would look for partitions in the path.
            with pq.ParquetFile(self._place(requests, settings), page_checksum_verification=True) as file:
                rows = file.read().to_pylist()
        except (OSError, pa.ArrowException):
            return None
        self.rollouts += len(rows)
        return [Completion(**row | {"token_ids": tuple(row["token_ids"])}) for row in rows]

    def put(self, requests: Sequence[Request], settings: Settings, done: Sequence[Completion]) -> None:
        """Keep the completions of a share."""
        table = pa.Table.from_pylist([asdict(completion) for completion in done], SCHEMA)
        with atomic_path(self._place(requests, settings)) as temporary:
            pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)

    def _place(self, requests: Sequence[Request], settings: Settings) -> Path:
        asked = [asdict(settings), [[request.prompt, request.seed] for request in requests]]
        return self.folder / f"{json_digest(asked)[:32]}.parquet"
