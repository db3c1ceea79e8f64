"""Completions that a sampling job has so far (see tables.partial_rows)."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..tables.partial_rows import Journal, PartialRows
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


class PartialCompletions:
    """Shares of completions, each named by its requests and settings.

    `paid`: each completion costs money and is a share of its own: they go into one journal.

    Attributes:
        rollouts: how many completions were read back.
    """

    def __init__(self, folder: Path, paid: bool = False) -> None:
        self.rows = Journal(folder / "paid.jsonl") if paid else PartialRows(folder, SCHEMA)
        self.rollouts = 0

    def get(self, requests: Sequence[Request], settings: Settings) -> list[Completion] | None:
        """The completions of a share; None where it has no file, or a damaged one."""
        rows = self.rows.get(_asked(requests, settings))
        if rows is None:
            return None
        self.rollouts += len(rows)
        return [
            Completion(**row | {"token_ids": None if row["token_ids"] is None else tuple(row["token_ids"])})
            for row in rows
        ]

    def put(self, requests: Sequence[Request], settings: Settings, done: Sequence[Completion]) -> None:
        """Keep the completions of a share."""
        self.rows.put(_asked(requests, settings), [asdict(completion) for completion in done])


def _asked(requests: Sequence[Request], settings: Settings) -> list[Any]:
    return [asdict(settings), [[request.prompt, request.seed] for request in requests]]
