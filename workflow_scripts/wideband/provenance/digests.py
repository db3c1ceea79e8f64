"""BLAKE3 digests of files, folders and JSON values, as lower-case hex."""

import json
import os
from pathlib import Path
from typing import Any

from blake3 import blake3

# Up to here one read and one thread are faster than a mapping, and than asking for the size first.
SMALL = 1 << 16
# Snakemake puts this empty file into a folder after the job that wrote it, and its manifest, ended.
MARK = ".snakemake_timestamp"


def file_digest(path: str | Path) -> str:
    """BLAKE3 of a file's bytes, memory-mapped over all cores when it is large. Raises OSError."""
    with open(path, "rb", buffering=0) as file:
        start = file.read(SMALL + 1)
    if len(start) <= SMALL:
        return blake3(start).hexdigest()
    return blake3(max_threads=blake3.AUTO).update_mmap(path).hexdigest()


def folder_files(path: str | Path) -> dict[str, str]:
    """Digest of everything in a folder by its path relative to it, sorted; only Snakemake's mark is ignored.

    Empty folders appear as `name/`; a link to a folder counts as its target's name and is not followed.
    """
    root, found = Path(path), {}
    for here, folders, files in os.walk(root):
        relative = Path(here).relative_to(root)
        for name in files:
            if name == MARK and here == str(root) and not (root / MARK).stat().st_size:
                continue
            found[(relative / name).as_posix()] = file_digest(Path(here) / name)
        for name in folders:
            inside = Path(here) / name
            if inside.is_symlink():
                found[(relative / name).as_posix()] = text_digest(f"link {os.readlink(inside)}")
            elif not any(inside.iterdir()):
                found[f"{(relative / name).as_posix()}/"] = text_digest("")
    return dict(sorted(found.items()))


def folder_digest(path: str | Path) -> str:
    """Digest of a folder: that of its sorted list of relative paths and digests (a Merkle list)."""
    return list_digest(folder_files(path))


def list_digest(files: dict[str, str]) -> str:
    """Digest of a Merkle list as `folder_files` gives it."""
    return text_digest("".join(f"{digest} {name}\n" for name, digest in sorted(files.items())))


def path_digest(path: str | Path) -> str:
    """Digest of a file or of a folder. Raises FileNotFoundError."""
    return folder_digest(path) if Path(path).is_dir() else file_digest(path)


def text_digest(text: str) -> str:
    """BLAKE3 of a text in UTF-8."""
    return blake3(text.encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text. Raises ValueError for NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def json_digest(value: Any) -> str:
    """Digest of a JSON value, independent of the order of its keys."""
    return text_digest(canonical_json(value))
