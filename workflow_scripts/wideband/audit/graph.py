"""Which numbers depend on a file: along the manifests, from a number's tables up to the sources."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from ..numbers.plan import Request
from ..workflow.freshness import GATES
from .finding import Finding
from .results import Results

NUMBERS = "numbers.jsonl"
LEDGER = "ledger.jsonl"
CELL = re.compile(r"(?:arms|metrics/\w+)/(?P<arm>\w+)/(?P<at>[\w@]+)/(?:[a-z_]+/)?(?P<slice>[\w-]+)\.parquet")
SPEC = "spec"
# From this level on every number record is held against the plan and computed again, one by one.
RECOMPUTED = 3


class Graph:
    """What each output, and each number, rests on."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.parents = cache(self._parents)
        self.behind = cache(self._behind)

    def _parents(self, output: str) -> frozenset[str]:
        """Outputs that this one was made of: a job over many cells makes each of inputs of the same cell.

        A check of the data is behind what had to pass it, but what it read made no result.
        """
        if self.results.manifests.get(output, {}).get("rule") in GATES:
            return frozenset()
        named = (self.results.inside(str(read["path"])) for read in self.reads(output))
        return frozenset(filter(None, (self.results.owner(path) for path in named if path)))

    def reads(self, output: str) -> list[dict[str, Any]]:
        """What its manifest says that an output was made of, the spec left out."""
        manifest = self.results.manifests.get(output)
        if manifest is None:
            return []
        own = _cell(output) if len(manifest["outputs"]) > 1 else None
        listed = [read for read in manifest["inputs"] if read.get("name") != SPEC]
        return [read for read in listed if own is None or self._cell(read) in (None, own)]

    def _cell(self, read: dict[str, Any]) -> tuple[str, ...] | None:
        return _cell(self.results.inside(str(read["path"])) or "")

    def _behind(self, output: str) -> frozenset[str]:
        """An output and all that it rests on."""
        found, waiting = {output}, [output]
        while waiting:
            new = self.parents(waiting.pop()) - found
            found |= new
            waiting += new
        return frozenset(found)

    def files(self, request: Request) -> frozenset[str]:
        """All outputs that a number rests on."""
        return frozenset().union(*map(self.behind, request.paths))


def touched(
    results: Results, requests: Iterable[Request], findings: Iterable[Finding], levels: Iterable[int]
) -> dict[str, set[str]]:
    """The codes of every number that rests on something that is wrong, by its id; no id without a code."""
    graph, recomputed = Graph(results), max(levels, default=0) >= RECOMPUTED
    by_file: dict[str, set[str]] = {}
    codes: dict[str, set[str]] = {}
    for finding in findings:
        # A claim that does not hold says nothing about the number that it names.
        if finding.code.startswith("CLAIM_"):
            continue
        if finding.number:
            codes.setdefault(finding.number, set()).add(finding.code)
            continue
        for output in _outputs(results, finding):
            by_file.setdefault(output, set()).add(finding.code)
    everywhere = by_file.get(LEDGER, set()) | (set() if recomputed else by_file.get(NUMBERS, set()))
    for request in requests:
        found = everywhere.union(*(by_file.get(file, set()) for file in graph.files(request)))
        if found:
            codes.setdefault(request.id, set()).update(found)
    return codes


def _outputs(results: Results, finding: Finding) -> set[str]:
    """The outputs that a finding is about: all of a job whose spec or code is wrong, otherwise one."""
    if finding.file is None:
        return set()
    output = results.owner(finding.file) or finding.file
    return results.siblings(output) if finding.level == 1 else {output}


def _cell(path: str) -> tuple[str, ...] | None:
    found = CELL.fullmatch(path)
    return found.groups() if found else None
