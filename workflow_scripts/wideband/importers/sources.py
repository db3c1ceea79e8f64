"""Getting hold of published files: out of a folder, or from the pinned commit of their release."""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from ..config.imports import Release
from ..provenance.atomic import atomic_path
from ..provenance.digests import file_digest
from .errors import ImportFileError

TIMEOUT_S = 30


def fetch(name: str, target: Path, root: str, release: dict[str, Any] | None, digest: str | None) -> str:
    """Copy the file `name` under `root` to `target`, or fetch it; returns where it came from.

    `digest` is what it was when the study was planned, None if it was not there. Raises ImportFileError
    that says how to put the file in place.
    """
    local = Path(root).expanduser() / name
    if local.is_file():
        if digest is not None and file_digest(local) != digest:
            raise ImportFileError(f"{local}: changed since this run was planned; start it again")
        origin, content = str(local), local.read_bytes()
    elif release is None:
        raise ImportFileError(f"{local}: no such file; put it there, or correct imports.root in the study")
    else:
        origin = Release.model_validate(release).url(name)
        content = _download(origin, local, release)
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)
    return origin


def _download(url: str, local: Path, release: dict[str, Any]) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as reply:
            return reply.read()
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise ImportFileError(
            f"{local}: no such file, and fetching {url} failed ({error}). Put the release there by hand:\n"
            f"  git clone https://github.com/{release['repo']} && cd {release['repo'].split('/')[1]} && "
            f"git checkout {release['commit']}\n"
            f"then name that folder as imports.root in the study"
        ) from None
