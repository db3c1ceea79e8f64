"""L2: every input is some manifest's output, read as it is now, and what the study says that a job reads."""

from collections.abc import Iterator
from typing import Any

from ..workflow import layout
from ..workflow.freshness import GATES
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .graph import Graph
from .results import Results

# What the jobs of a cell read of their own cell.
CELL_READS = {
    "sample": (layout.PROBLEMS,),
    "loglikelihood": (layout.PROBLEMS,),
    "grade": (layout.ROLLOUTS, layout.PROBLEMS),
    "embed": (),
    "entail": (),
    "novelty": (),
    "judge": (),
    "band": (layout.VERDICTS,),
}


def check(results: Results) -> Iterator[Finding]:
    """Findings of L2 about manifests; those about sources are in `roots`."""
    graph = Graph(results)
    for output in sorted(results.manifests):
        for read in graph.reads(output):
            wrong = _wrong(results, output, read)
            if wrong:
                yield _finding("LINEAGE_BROKEN", wrong, output)
        yield from _planned(results, output)
        yield from _undeclared(results, output)


def _finding(code: str, detail: str, output: str) -> Finding:
    return Finding(code, 2, detail, output)


def _wrong(results: Results, output: str, read: dict[str, Any]) -> str | None:
    path = results.inside(str(read["path"]))
    if path is None:
        return f"read {read['path']}, which lies outside of the study's results"
    known = [
        line
        for line in results.history.get(path, ())
        if line["manifest"]["digest"] == read.get("manifest") and line["output"]["digest"] == read["digest"]
    ]
    if results.lines and not known:
        return f"read {path} (digest {str(read['digest'])[:12]}), which no sealed manifest stood for"
    now = results.manifests.get(path)
    if now and now["output"]["digest"] != read["digest"] and read.get("name") not in GATES:
        was, has = str(read["digest"])[:12], str(now["output"]["digest"])[:12]
        return f"read {path} with digest {was}; it was written anew since then and has {has}"
    return None


def _planned(results: Results, output: str) -> Iterator[Finding]:
    """The job that wrote an output is the one that the study plans for it, and read what that one reads."""
    job, manifest = results.jobs.get(output), results.manifests[output]
    if job is None:
        return
    if (manifest["rule"], manifest["wildcards"]) != (job.rule, job.wildcards):
        detail = f"was written by {results.stage(output)}, not by {job.label}"
        yield _finding("LINEAGE_BROKEN", detail, output)
        return
    read = {results.inside(str(entry["path"])) for entry in manifest["inputs"]}
    for path in sorted(_expected(results, job) - read):
        yield _finding("LINEAGE_BROKEN", f"was not made of {path}", output)


def _expected(results: Results, job: PlannedJob) -> set[str]:
    named = {pattern.format(**job.wildcards) for pattern in CELL_READS.get(job.rule, ())}
    if job.rule in ("sample", "loglikelihood", "merge", "train"):
        arm, study, stage = job.wildcards["arm"], results.study, job.wildcards.get("stage")
        named.add(layout.model_of(study, arm, stage or job.wildcards["checkpoint"]))
        before = study.carried(arm, stage) if stage else job.wildcards["checkpoint"]
        adapter = layout.adapter_of(study, arm, before) if before else None
        named |= {adapter} if adapter in results.jobs else set()
    return named


def _undeclared(results: Results, output: str) -> Iterator[Finding]:
    listed = results.manifests[output].get("undeclared")
    for path in listed if isinstance(listed, list) else ():
        yield _finding("UNDECLARED_INPUT", f"its job read {path} without declaring it", output)
