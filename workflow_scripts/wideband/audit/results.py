"""Reading a study's results folder, once for all levels and without trusting what it holds."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from ..config import Study
from ..provenance import ledger
from ..provenance.sealing import inside, manifests
from ..workflow.jobs import PlannedJob
from .chance import Sampled

Manifest = dict[str, Any]
# What Arrow and pandas raise for a file that is no table, or not the table that it should be.
UNREADABLE = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError)
# Of a manifest: the keys that the audit reads, and of what kind they are.
SHAPE: dict[str, type] = {
    "study": str,
    "rule": str,
    "wildcards": dict,
    "spec": dict,
    "code": str,
    "environment": dict,
    "inputs": list,
    "outputs": list,
    "output": dict,
    "ended": str,
}


@dataclass
class Results:
    """A study's results and what the study plans.

    Attributes:
        root: results/<study>; paths of outputs are relative to it.
        project: the folder of the Snakefile, which holds config/ and workflow_scripts/.
        planned: every job of the study as code, parameters and locks stand now.
        digest: of a file or folder as it is now.
        strict: what is otherwise noted is a finding.
        seed: of the choice of what is made again.
        notes: what is said in the audit without being a finding.
        sampled: what was chosen to be sampled again.
        skipped: levels that could not be checked here.
    """

    root: Path
    project: Path
    study: Study
    planned: list[PlannedJob]
    digest: Callable[[Path], str]
    strict: bool = False
    seed: str = ""
    notes: list[str] = field(default_factory=list)
    sampled: list[Sampled] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    _frames: dict[str, pd.DataFrame | None] = field(default_factory=dict)

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        """Well-formed manifests by output."""
        return {output: content for output, content in self._read.items() if isinstance(content, dict)}

    @cached_property
    def malformed(self) -> dict[str, str]:
        """Why a manifest is none, by output."""
        return {output: why for output, why in self._read.items() if isinstance(why, str)}

    @cached_property
    def manifest_files(self) -> dict[str, Path]:
        """The file of every manifest by output."""
        return dict(manifests(self.root))

    @cached_property
    def _read(self) -> dict[str, Manifest | str]:
        return {output: self._manifest(path, output) for output, path in self.manifest_files.items()}

    def _manifest(self, path: Path, output: str) -> Manifest | str:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError, RecursionError) as error:
            return f"not readable as JSON ({error})"
        wrong = _misshapen(content)
        if wrong:
            return wrong
        if content["study"] != self.study.name:
            return f"is of study {content['study']}"
        if self.inside(str(content["output"]["path"])) != output:
            return f"speaks of {content['output']['path']}"
        return content

    @cached_property
    def lines(self) -> list[str]:
        """The ledger's lines."""
        return ledger.read_lines(self.root)

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The ledger's lines that can be read."""
        return [entry for entry in ledger.entries(self.lines) if entry]

    @cached_property
    def history(self) -> dict[str, list[dict[str, Any]]]:
        """The ledger's lines about every output, in their order."""
        found: dict[str, list[dict[str, Any]]] = {}
        for entry in self.entries:
            found.setdefault(entry["output"]["path"], []).append(entry)
        return found

    @cached_property
    def jobs(self) -> dict[str, PlannedJob]:
        """The planned job that writes an output."""
        return {output: job for job in self.planned for output in job.outputs}

    @cached_property
    def owners(self) -> set[str]:
        """Every path that is, was, or should be an output."""
        return {*self.manifest_files, *self.history, *self.jobs}

    def inside(self, path: str) -> str | None:
        """A path as jobs name it, relative to the results folder; None outside of it."""
        return inside(path, self.study.name)

    def owner(self, path: str) -> str | None:
        """The output that a path is, or lies in."""
        while path and path != ".":
            if path in self.owners:
                return path
            path = path.rpartition("/")[0]
        return None

    def stage(self, output: str) -> str | None:
        """Rule and wildcards of the job that wrote an output."""
        if output in self.manifests:
            content = self.manifests[output]
            return " ".join(
                filter(None, (content["rule"], ".".join(map(str, content["wildcards"].values()))))
            )
        return self.jobs[output].label if output in self.jobs else None

    def siblings(self, output: str) -> set[str]:
        """All outputs of the job that wrote an output."""
        listed = self.manifests[output]["outputs"] if output in self.manifests else ()
        found = {self.inside(str(entry.get("path"))) for entry in listed}
        planned = self.jobs[output].outputs if output in self.jobs else ()
        return {path for path in (*found, *planned, output) if path}

    def frame(self, path: str) -> pd.DataFrame | None:
        """A table as it is, unchecked; None for one that is not there or cannot be read."""
        if path not in self._frames:
            try:
                self._frames[path] = pq.read_table(self.root / path, partitioning=None).to_pandas()
            except UNREADABLE:
                self._frames[path] = None
        return self._frames[path]


def _misshapen(content: Any) -> str | None:
    if not isinstance(content, dict):
        return "is not a mapping"
    for key, kind in SHAPE.items():
        if not isinstance(content.get(key), kind):
            return f"has no {key} that is a {kind.__name__}"
    listed = [*content["inputs"], *content["outputs"], content["output"], content["spec"]]
    if not all(isinstance(entry, dict) and {"path", "digest"} <= entry.keys() for entry in listed):
        return "names files without path and digest"
    return None
