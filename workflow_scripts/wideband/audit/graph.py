"""Which numbers rest on a file: along the manifests, from a number's tables up to the sources."""

import re
from collections.abc import Iterable
from functools import cache

from ..numbers.plan import Request
from .finding import Finding
from .results import Results

NUMBERS = "numbers.jsonl"
LEDGER = "ledger.jsonl"
CELL = re.compile(r"(?:arms|metrics/\w+)/(?P<arm>\w+)/(?P<at>[\w@]+)/(?:[a-z]+/)?(?P<slice>[\w-]+)\.parquet")
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
        """Outputs that this one was made of.

        A job over many cells makes each output of the inputs of the same arm, checkpoint and slice.
        """
        manifest = self.results.manifests.get(output)
        if manifest is None:
            return frozenset()
        named = (
            self.results.inside(str(read["path"])) for read in manifest["inputs"] if read.get("name") != SPEC
        )
        read = {path for path in named if path}
        own = _cell(output) if len(manifest["outputs"]) > 1 else None
        kept = {path for path in read if own is None or _cell(path) in (None, own)}
        return frozenset(filter(None, map(self.results.owner, kept)))

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
    graph, each_number = Graph(results), max(levels, default=0) >= RECOMPUTED
    by_file: dict[str, set[str]] = {}
    codes: dict[str, set[str]] = {}
    for finding in findings:
        if finding.number:
            codes.setdefault(finding.number, set()).add(finding.code)
            continue
        for output in _outputs(results, finding):
            by_file.setdefault(output, set()).add(finding.code)
    everywhere = by_file.get(LEDGER, set()) | (set() if each_number else by_file.get(NUMBERS, set()))
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
