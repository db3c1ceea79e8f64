"""L3, second part: no run and no benchmark was selected after its results were seen."""

from collections.abc import Iterator

from ..workflow import layout
from ..workflow.layout import REPORT
from .finding import Finding
from .graph import CELL
from .results import Results

ROLLOUTS = "/rollouts/"
LOG = "/training_log.parquet"
# The site shows when jobs ran.
TIMED = frozenset({REPORT})


def check(results: Results) -> Iterator[Finding]:
    """SELECTION by the ledger, which forgets no run.

    An earlier run that was put back; one job run again with the same code, parameters and inputs (of an
    evaluation: but for seeds) and another outcome; an evaluation of an arm and checkpoint of the study on a
    benchmark that the study no longer names.
    """
    for path, lines in sorted(results.history.items()):
        if path in results.jobs:
            yield from _put_back(results, path, lines) if ROLLOUTS in path else ()
            yield from _again(path, lines)
        elif ROLLOUTS in path:
            yield from _left_out(results, path, lines)


def _finding(detail: str, path: str) -> Finding:
    return Finding("SELECTION", 3, detail, path)


def _put_back(results: Results, path: str, lines: list[dict]) -> Iterator[Finding]:
    manifest = results.manifests.get(path)
    if manifest is None or manifest["output"]["digest"] == lines[-1]["output"]["digest"]:
        return
    kept = [line["seq"] + 1 for line in lines if line["output"]["digest"] == manifest["output"]["digest"]]
    if kept:
        yield _finding(f"line {kept[-1]} is kept, but the last of {len(lines)} sealed runs is another", path)


def _again(path: str, lines: list[dict]) -> Iterator[Finding]:
    runs: dict[str, dict[str, int]] = {}
    for line in lines:
        outcome = _outcome(path, line["output"])
        if line["run"] and outcome:
            runs.setdefault(line["run"], {})[outcome] = line["seq"] + 1
    what = "evaluation, but for seeds," if ROLLOUTS in path else "job, of one spec and the same inputs,"
    for outcomes in runs.values():
        if len(outcomes) > 1:
            places = ", ".join(map(str, outcomes.values()))
            yield _finding(f"the same {what} has several outcomes: lines {places}", path)


def _outcome(path: str, output: dict) -> str | None:
    """What tells outcomes of a job apart; None where nothing does that was sealed."""
    if path in TIMED:
        return None
    # Logs of training hold times; ledgers of older versions do not say what else they hold.
    return output.get("timeless") if path.endswith(LOG) else output["digest"]


def _left_out(results: Results, path: str, lines: list[dict]) -> Iterator[Finding]:
    cell = CELL.fullmatch(path)
    if cell is None:
        return
    of_study = any(
        layout.ROLLOUTS.format(arm=cell["arm"], checkpoint=cell["at"], slice=name) in results.jobs
        for name in results.study.benchmarks
    )
    if of_study:
        detail = f"was evaluated (line {lines[-1]['seq'] + 1}), but the study leaves the benchmark out"
        yield _finding(detail, path)
