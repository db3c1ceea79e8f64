"""The ledger: one line for every manifest that was ever sealed, each line holding the hash of the one before.

`ledger.jsonl` in a study's results folder is written by the driver alone. A line in the middle cannot be
changed, removed or moved without breaking the chain, and the hash of the last line (the head) stands for all.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import WidebandError
from .digests import canonical_json, file_digest, text_digest
from .locks import locked
from .sealing import Unsealed, in_order, manifests

NAME = "ledger.jsonl"
LOCK = "provenance/ledger.lock"
GENESIS = "0" * 64
# `run` is null where the spec was not kept (see sealing.run_digest).
KINDS: dict[str, Any] = {
    "seq": int,
    "prev": str,
    "manifest": dict,
    "output": dict,
    "rule": str,
    "run": str | None,
    "ended": str,
    "sealed": str,
    "hash": str,
}
KEYS = KINDS.keys()
Line = dict[str, Any]


class LedgerError(WidebandError):
    """A ledger that cannot be continued; the message names the file and the remedy."""


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold: line number from 1, what is wrong, the output it speaks of."""

    line: int
    detail: str
    output: str | None = None


def seal(root: str | Path) -> str:
    """Append a line for every manifest that is not sealed in its present content; the new head.

    Parents come before children. A line for an output that has one already supersedes it: the job was rerun.
    One writer at a time; what a crash left of a last line is cut off first. A broken chain is continued, not
    mended: the audit still finds the break. Raises LedgerError for a folder that cannot be written.
    """
    if not Path(root).is_dir():
        return GENESIS
    lines = seal_with(root, lambda _: ())
    return lines[-1]["hash"] if lines else GENESIS


def seal_with(root: str | Path, more: Callable[[list[Line]], Iterable[Line]]) -> list[Line]:
    """Seal as `seal` does, then append what `more` makes of all lines so far; the whole lines afterwards.

    `more` gives lines without number, hashes and time of sealing, and is called with the ledger held.
    """
    folder = Path(root)
    try:
        with locked(folder / LOCK):
            _append(folder, lambda lines: _manifest_lines(folder, lines))
            return _append(folder, more)
    except OSError as error:
        raise LedgerError(
            f"{folder / NAME}: cannot be written ({error.strerror}); correct that and rerun"
        ) from error


def unsealed(root: str | Path) -> bool:
    """Whether a crash kept lines from the ledger: its last one is torn, or some output has none."""
    lines = read_lines(root)
    known = {entry["output"]["path"] for entry in entries(lines) if entry}
    torn = bool(lines) and lines[-1].endswith("\0")
    return torn or any(output not in known for output, _ in manifests(Path(root)))


def head(root: str | Path) -> str:
    """The hash of the last whole line; GENESIS without one."""
    lines = [entry for entry in entries(read_lines(root)) if entry]
    return lines[-1]["hash"] if lines else GENESIS


def read_lines(root: str | Path) -> list[str]:
    """The lines of a study's ledger, without their ends; a torn last line is among them, with "\\0" added."""
    path = Path(root) / NAME
    if not path.is_file():
        return []
    *lines, rest = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return [*lines, rest + "\0"] if rest else lines


def entries(lines: Iterable[str]) -> list[dict[str, Any] | None]:
    """Each line as a mapping with the keys of a ledger line; None for one that is none."""
    return [_parsed(line) for line in lines]


def verify(lines: Iterable[str]) -> list[Break]:
    """Every place where the chain does not hold, in order; none for a whole ledger."""
    found, prev = [], GENESIS
    for place, line in enumerate(lines):
        entry = _parsed(line)
        if entry is None:
            torn = "torn by a crash; the next snakemake repairs it" if line.endswith("\0") else "not a line"
            found.append(Break(place + 1, torn))
            continue
        wrong = _wrong(entry, place, prev)
        if wrong:
            found.append(Break(place + 1, wrong, entry["output"]["path"]))
        prev = entry["hash"]
    return found


def _wrong(entry: dict[str, Any], place: int, prev: str) -> str | None:
    if entry["hash"] != _hash(entry):
        return "its content was edited: the hash does not match"
    if entry["prev"] != prev:
        return "does not follow the line before it: a line was edited, removed or moved"
    if entry["seq"] != place:
        return f"has number {entry['seq']}"
    return None


def _append(folder: Path, make: Callable[[list[Line]], Iterable[Line]]) -> list[Line]:
    """Append the lines that `make` makes of the whole ones; all of them."""
    lines = _repaired(folder)
    whole = [entry for entry in entries(lines) if entry]
    new = list(_chained(make(whole), len(lines), whole[-1]["hash"] if whole else GENESIS))
    if new:
        with open(folder / NAME, "a", encoding="utf-8") as ledger:
            ledger.write("".join(canonical_json(entry) + "\n" for entry in new))
            ledger.flush()
            os.fsync(ledger.fileno())
    return [*whole, *new]


def _repaired(folder: Path) -> list[str]:
    """The whole lines, after cutting off a torn one: its manifest is sealed again."""
    lines = read_lines(folder)
    if lines and lines[-1].endswith("\0"):
        path = folder / NAME
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)
        return lines[:-1]
    return lines


def _chained(made: Iterable[Line], seq: int, prev: str) -> Iterator[Line]:
    for line in made:
        sealed = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = {"seq": seq, "prev": prev, **line, "sealed": sealed}
        prev = entry["hash"] = _hash(entry)
        seq += 1
        yield entry


def _manifest_lines(folder: Path, known: list[Line]) -> Iterator[Line]:
    """A line for every manifest that is not sealed in its present content."""
    sealed = {(entry["output"]["path"], entry["manifest"]["digest"]) for entry in known}
    for manifest in in_order(_unsealed(folder, sealed)):
        yield manifest.line(folder)


def _unsealed(folder: Path, sealed: set[tuple[str, str]]) -> Iterator[Unsealed]:
    for output, path in manifests(folder):
        digest = file_digest(path)
        if (output, digest) not in sealed:
            found = Unsealed.read(output, path, digest)
            if found:
                yield found


def _hash(entry: dict[str, Any]) -> str:
    return text_digest(canonical_json({key: value for key, value in entry.items() if key != "hash"}))


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(entry, dict) and entry.keys() == KEYS
    return entry if whole and all(_is_of(kind, entry[key]) for key, kind in KINDS.items()) else None


def _is_of(kind: type, value: Any) -> bool:
    if kind is dict:
        return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("path", "digest"))
    return isinstance(value, kind)
