"""Rows that cost money, one share a line in one file, each on the disk before the next is asked for.

A kill loses what was not yet written, and no more; a line that it cut short, or that was damaged, counts as
never written.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from blake3 import blake3

from ..provenance.digests import json_digest

Row = dict[str, Any]


class Journal:
    """Shares by what was asked for, as PartialRows: for shares of a row or few, which would be a file each.

    One process at a time may write. The file must be one policy's own: that is not in the lines.
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
