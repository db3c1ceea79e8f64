"""Rows of datasets on the Hugging Face hub, at pinned commits only."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import DataError
from .files import Row

_COMMIT = re.compile(r"[0-9a-f]{40}")


def pinned(repo: str, revision: str | None, revisions: dict[str, str]) -> str:
    """The commit to read `repo` at: the study's own, else the source's. Raises DataError without one."""
    commit = revisions.get(repo, revision)
    if commit is None:
        raise DataError(
            f"{repo}: no pinned revision known; name its 40-digit commit under data.revisions, "
            "or set data.origin: local and data.root"
        )
    if not _COMMIT.fullmatch(commit):
        raise DataError(f"{repo}: revision {commit!r} is not a 40-digit commit; branches and tags move")
    return commit


def read_rows(
    repo: str, config: str | None, split: str, revision: str, mirror: str | None
) -> Iterator[tuple[str, Row]]:
    """The rows of one split, each with its place ("repo@commit config/split row 7").

    With `mirror`, the folder <mirror>/<repo> is read instead, laid out as the repository is: for machines
    without a network. The loader is the real one (`datasets.load_dataset`) in both cases, but it has only
    ever been run on such folders: the hub could not be reached from where this was written.
    """
    place = f"{repo}@{revision} {config or 'default'}/{split}"
    for number, row in enumerate(_dataset(place, repo, config, split, revision, mirror)):
        yield f"{place} row {number}", dict(row)


def cached(repo: str) -> Path:
    """Where the loader keeps what it has read of a dataset."""
    from datasets import config
    from datasets.naming import camelcase_to_snakecase

    owner, _, name = repo.rpartition("/")
    return Path(config.HF_DATASETS_CACHE) / "___".join(filter(None, (owner, camelcase_to_snakecase(name))))


def _dataset(
    place: str, repo: str, config: str | None, split: str, revision: str, mirror: str | None
) -> Iterator[Row]:
    folder = Path(mirror).expanduser() / repo if mirror else None
    if folder is not None and not folder.is_dir():
        raise DataError(f"{folder}: no such folder; data.mirror holds a copy of {repo} there")
    from datasets import load_dataset

    where = {"path": str(folder)} if folder else {"path": repo, "revision": revision}
    try:
        found = load_dataset(**where, name=config, split=split, trust_remote_code=False)
    except Exception as error:
        raise DataError(
            f"{place}: cannot be loaded ({type(error).__name__}: {str(error).splitlines()[0]}); check the "
            "network and HF_HOME, or name a folder of copies under data.mirror, or set data.origin: local"
        ) from error
    if folder is None:
        _check_commit(place, repo, revision, found)
    return iter(found)


def _check_commit(place: str, repo: str, revision: str, found: Any) -> None:
    """Without a network the loader returns the commit that it read last, whichever that is."""
    for file in found.cache_files:
        if revision not in Path(file["filename"]).parts:
            raise DataError(
                f"{place}: the hub cannot be reached, and the cache holds another commit "
                f"({file['filename']}); remove {cached(repo)}, then run `snakemake prefetch` with a network"
            )
