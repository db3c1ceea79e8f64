"""Files and folders of the results as data entities, with size and BLAKE3 digest."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..digests import file_digest
from .runs import CrateError, Run

if TYPE_CHECKING:
    from rocrate.model.entity import Entity
    from rocrate.rocrate import ROCrate

MEDIA_TYPES = {
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".parquet": "application/vnd.apache.parquet",
    ".yaml": "application/yaml",
}
# What the driver keeps beside the outputs of jobs.
RECORDS = {
    "ledger.jsonl": "the hash-chained history of manifests",
    "audit/audit.json": "what the last audit found",
}


class Data:
    """The data entities of a crate, each made once.

    Entities stand for contents: what a job read and is no longer there is a description without a file.
    """

    def __init__(self, crate: "ROCrate", root: Path) -> None:
        self.crate, self.root = crate, root
        self._made: dict[str, tuple[str, Entity]] = {}

    def output(self, entry: dict[str, Any]) -> "Entity":
        """What a job wrote; of a folder its files as well. Raises CrateError when it is gone."""
        path = entry["path"]
        if not (self.root / path).exists():
            raise CrateError(f"{self.root / path}: has a manifest but is gone; run snakemake first")
        if entry["kind"] == "file":
            return self._add(path, entry["digest"], self._file(path, entry["digest"], entry["bytes"]))
        folder = self.crate.add_dataset(
            dest_path=path, properties={"name": path, **_content(entry["digest"], entry["bytes"])}
        )
        folder["hasPart"] = [self._part(f"{path}/{name}", digest) for name, digest in entry["files"].items()]
        return self._add(path, entry["digest"], folder)

    def read(self, entry: dict[str, Any]) -> "Entity":
        """What a job read: the entity of that content, whether or not it still lies there."""
        path, digest = entry["path"], entry["digest"]
        known, entity = self._made.get(path, (None, None))
        if known is None and self._lies(path, digest):
            entity = self._add(path, digest, self._file(path, digest, entry["bytes"]))
        elif known != digest:
            entity = self._gone(entry)
        return entity

    def record(self, path: str, about: str, **properties: Any) -> "Entity":
        """A file that no job wrote, by its content now."""
        found = self.root / path
        entity = self._file(path, file_digest(found), found.stat().st_size, description=about, **properties)
        return self._add(path, entity["identifier"].partition(":")[2], entity)

    def _add(self, path: str, digest: str, entity: "Entity") -> "Entity":
        self._made[path] = digest, entity
        return entity

    def _part(self, path: str, digest: str) -> "Entity":
        if path.endswith("/"):
            return self.crate.add_dataset(dest_path=path, properties={"name": path})
        found = self.root / path
        if not found.is_file():
            raise CrateError(f"{found}: is in a manifest but gone; run snakemake first")
        return self._file(path, digest, found.stat().st_size)

    def _file(self, path: str, digest: str, size: int, **properties: Any) -> "Entity":
        media = MEDIA_TYPES.get(Path(path).suffix, "application/octet-stream")
        described = {"name": path, "encodingFormat": media, **_content(digest, size), **properties}
        return self.crate.add_file(dest_path=path, properties=described)

    def _lies(self, path: str, digest: str) -> bool:
        found = self.root / path
        inside = not Path(path).is_absolute() and found.is_file()
        return inside and file_digest(found) == digest

    def _gone(self, entry: dict[str, Any]) -> "Entity":
        identifier = f"#read/{entry['digest']}"
        known = self.crate.dereference(identifier)
        return known or self.crate.add_jsonld(
            {
                "@id": identifier,
                "@type": "CreativeWork",
                "name": entry["path"],
                "description": "a job read this content, which is not part of the crate",
                **_content(entry["digest"], entry["bytes"]),
            }
        )


def add_outputs(data: Data, found: list[Run]) -> None:
    """The entity of every output, before any job refers to it."""
    for run in found:
        for entry in run.outputs:
            data.output(entry)


def add_records(data: Data) -> None:
    """Those of the driver's records that are there, and stored differences from a commit."""
    about = RECORDS | {
        path.relative_to(data.root).as_posix(): "changes that were not committed when jobs ran"
        for path in sorted((data.root / "provenance").glob("*.diff"))
    }
    for path, text in about.items():
        if (data.root / path).is_file():
            data.record(path, text)


def _content(digest: str, size: int) -> dict[str, Any]:
    return {"identifier": f"blake3:{digest}", "contentSize": str(size)}
