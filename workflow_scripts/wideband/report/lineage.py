"""The chain of jobs behind the numbers, read from manifests: every table down to the sources.

Of each manifest its reader recorded the digest: the chain hangs on `numbers.jsonl`, which the report
declares, and what lies on disk is compared with what hangs on it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..config import Study
from ..provenance.digests import text_digest
from ..provenance.manifest import manifest_path
from ..provenance.sealing import inside
from .book import ReportError
from .sources import Source, source_of

# Inputs that had to pass but whose content no result depends on, as in workflow.freshness.
GATES = frozenset({"golds", "leakage", "lengths"})
CELL = re.compile(r"(?:arms|metrics/\w+)/([^/]+)/([^/]+)/(?:[a-z]+/)?([^/]+)\.parquet")
SEALED, LATER, MISSING = "recorded", "written later", "no manifest"

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Output:
    """A file or folder that a job wrote; paths are relative to the study's results folder.

    Attributes:
        digest: of its content, as the job that read it recorded it.
        state: whether the manifest on disk is the one that its reader recorded.
        manifest: what the manifest says; empty without one.
        manifest_digest: of the manifest's file.
        parents, gates: outputs that it was made of, and that had to pass first.
        source: where its content comes from, when that is no job.
    """

    path: str
    digest: str
    state: str
    manifest: Manifest
    manifest_digest: str | None
    parents: tuple[str, ...]
    gates: tuple[str, ...]
    source: Source | None


@dataclass(frozen=True)
class Lineage:
    """Every output that the number records rest on, by path, and the manifest of the records themselves."""

    outputs: dict[str, Output]
    records: Manifest
    records_digest: str | None

    @classmethod
    def read(
        cls, study: Study, root: Path, numbers: str, tables: Iterable[tuple[str, str]], known: dict
    ) -> "Lineage":
        """The lineage of `tables` = (path, digest) that the records in the file `numbers` name.

        `known` is the registry of sources. Raises ReportError for a manifest that is none.
        """
        walk = _Walk(study, root, known)
        records_digest, manifest, _ = walk.manifest(numbers)
        pins = {inside(read["path"], study.name): read.get("manifest") for read in manifest.get("inputs", ())}
        for path, digest in tables:
            walk.visit(path, digest, pins.get(path))
        return cls(dict(sorted(walk.found.items())), manifest, records_digest)


@dataclass
class _Walk:
    study: Study
    root: Path
    known: dict
    found: dict[str, Output] = field(default_factory=dict)

    def visit(self, path: str, digest: str, pin: str | None) -> None:
        waiting = [(path, digest, pin)]
        while waiting:
            path, digest, pin = waiting.pop()
            if path in self.found:
                continue
            manifest_digest, manifest, state = self.manifest(path)
            if manifest and (pin not in (None, manifest_digest) or manifest["output"]["digest"] != digest):
                state = LATER
            reads = list(self._reads(path, manifest))
            named = {
                kind: tuple(dict.fromkeys(read[0] for read, gate in reads if gate == kind))
                for kind in (False, True)
            }
            source = source_of(self.study, manifest, self.known)
            self.found[path] = Output(
                path, digest, state, manifest, manifest_digest, named[False], named[True], source
            )
            waiting += [read for read, _ in reads]

    def manifest(self, output: str) -> tuple[str | None, Manifest, str]:
        """Digest and content of an output's manifest, and whether there is one."""
        path = manifest_path(self.root / output)
        try:
            text = path.read_text(encoding="utf-8")
            content = json.loads(text)
            [(read["name"], read["path"], read["digest"]) for read in content["inputs"]]
            content["output"]["digest"], content["rule"], content["wildcards"]
        except FileNotFoundError:
            return None, {}, MISSING
        except (ValueError, KeyError, TypeError) as error:
            raise ReportError(
                f"{path}: not a manifest ({error}); rerun the job that writes {output}"
            ) from None
        return text_digest(text), content, SEALED

    def _reads(self, path: str, manifest: Manifest) -> Iterator[tuple[tuple[str, str, str | None], bool]]:
        """(path, digest, digest of its manifest) of what an output was made of, and whether it is a gate.

        A job over many cells makes each output of the inputs of the same arm, checkpoint and slice.
        """
        own = _cell(path) if len(manifest.get("outputs", ())) > 1 else None
        for read in manifest.get("inputs", ()):
            source = inside(read["path"], self.study.name)
            foreign = own is not None and source is not None and _cell(source) not in (None, own)
            if source and not source.startswith("specs/") and not foreign:
                yield (source, read["digest"], read.get("manifest")), read["name"] in GATES


def _cell(path: str) -> tuple[str, ...] | None:
    found = CELL.fullmatch(path)
    return found.groups() if found else None
