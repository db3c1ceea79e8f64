"""`wideband explain`: lists the jobs that would run, why, and what they would cost."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..config import Study
from ..errors import WidebandError
from ..provenance.parse_cache import cached_parsing
from ..workflow.estimate import Cost, Costs, entailment_pairs, judge_requests, novelty_pairs, requested
from ..workflow.freshness import why
from ..workflow.jobs import PlannedJob, jobs
from ..workflow.modification_times import prepare
from .study import add_study, chosen_study, results

HEAD = ("tokens", "core-h", "GPU-h", "money")
UNKNOWN, INDENT = "unknown", "  "
# Rules whose jobs sample.
SAMPLING = frozenset({"train", "sample"})
# Snakemake's word for a job that would run.
PENDING = "update pending"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("targets", nargs="*", help="files or rules, as for snakemake (default: all results)")
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Print the jobs that would run, rule by rule, with reasons and cost, then the sums."""
    study = chosen_study(args)
    root = results(study)
    with cached_parsing() as read:
        planned = jobs(study, Path.cwd(), read)
    stale = prepare(planned, root).stale
    waiting = pending(planned, study.name, args.targets)
    if not waiting:
        print(f"Nothing is stale: all {len(planned)} jobs of {study.name} are up to date.")
        return 0
    costs = Costs(planned, study, root)
    explained = [(job, why(stale.get(job.spec_path, ()), len(job.outputs)), costs.of(job)) for job in waiting]
    width = max(len(job.label) for job, *_ in explained) + len(INDENT)
    print(_line("job", HEAD, "why", width))
    for rule in dict.fromkeys(job.rule for job in waiting):
        members = [row for row in explained if row[0].rule == rule]
        print(
            _line(f"{rule}: {_count(len(members))}", _sum([cost for *_, cost in members], study), "", width)
        )
        for job, reason, cost in members:
            print(_line(f"{INDENT}{job.label}", _cells(cost, job.rule in SAMPLING, study), reason, width))
    uncounted = sum(job.rule == "sample" and cost.tokens is None for job, _, cost in explained)
    print(sums([cost for *_, cost in explained], study, uncounted))
    pairs = entailment_pairs(study) if any(job.rule == "entail" for job in waiting) else None
    if pairs is not None:
        print(f"entailment: at most {pairs:,} pairs of texts in the whole study, each judged both ways")
    pairs = novelty_pairs(study) if any(job.rule == "novelty" for job in waiting) else None
    if pairs is not None:
        print(f"novelty: at most {pairs:,} pairs of answers in the whole study")
    asked = judge_requests(study) if any(job.rule == "judge" for job in waiting) else None
    if asked is not None:
        print(
            f"judge: at most {asked:,} questions in the whole study, each answered with at most "
            f"{study.judge.max_tokens} tokens"
        )
    limit = requested(waiting, study)
    gpus = f"{limit.gpu_hours:,.0f} GPU-hours" + (
        f", {limit.money(study):,.2f} {study.prices.currency}"
        if limit.gpu_hours and study.prices.gpu_hour
        else ""
    )
    print(f"on a cluster, by their time limits: at most {limit.node_hours:,.0f} node-hours, {gpus}")
    return 0


def pending(planned: list[PlannedJob], study: str, targets: Sequence[str] = ()) -> list[PlannedJob]:
    """The jobs that `snakemake --config study=<study> <targets>` would run, in the order of `planned`.

    Run in the project's folder. Raises WidebandError with Snakemake's own message when it refuses.
    """
    command = [sys.executable, "-m", "snakemake", "--summary", *targets, "--config", f"study={study}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise WidebandError(answer.stderr.strip() or answer.stdout.strip())
    rows = [line.split("\t") for line in answer.stdout.splitlines() if line.count("\t") >= 5]
    waiting = {Path(row[0]) for row in rows if row[-1] == PENDING}
    root = Path("results") / study
    return [job for job in planned if any(root / output in waiting for output in job.outputs)]


def _line(name: str, cells: Sequence[str], reason: str, width: int) -> str:
    tokens, cores, gpus, money = cells
    return f"{name:{width}}  {tokens:>10}  {cores:>8}  {gpus:>8}  {money:>8}  {reason}".rstrip()


def _cells(cost: Cost, samples: bool, study: Study) -> list[str]:
    tokens = "–" if not samples else UNKNOWN if cost.tokens is None else _tokens(cost.tokens, cost.bound)
    return [tokens, *(_figure(value) for value in (cost.core_hours, cost.gpu_hours, cost.money(study)))]


def _sum(costs: list[Cost], study: Study) -> list[str]:
    """The cells of a rule: unknown as soon as one of its jobs is."""
    columns = [[cost.core_hours for cost in costs], [cost.gpu_hours for cost in costs]]
    columns.append([cost.money(study) for cost in costs])
    sampled = [cost.tokens for cost in costs if cost.tokens is not None]
    tokens = _tokens(sum(sampled), any(cost.bound for cost in costs)) if sampled else "–"
    return [tokens, *(_figure(None if None in column else sum(column)) for column in columns)]


def sums(costs: list[Cost], study: Study, uncounted: int) -> str:
    """The cost of all jobs in words; of `uncounted` ones nobody knows how many items they sample."""
    tokens = sum(cost.tokens or 0 for cost in costs)
    at_most = "at most " if any(cost.bound for cost in costs) else ""
    known = [cost for cost in costs if cost.core_hours is not None]
    besides = f" and those of {_count(uncounted)} whose items are not counted yet" if uncounted else ""
    parts = [_count(len(costs)) + f": {at_most}{tokens:,} tokens{besides}"]
    if known:
        hours = f"{sum(c.core_hours for c in known):.2f} core-h, {sum(c.gpu_hours for c in known):.2f} GPU-h"
        paid = [money for cost in known if (money := cost.money(study)) is not None]
        parts.append(hours)
        parts.append(
            f"{sum(paid):.4f} {study.prices.currency}" if paid else "money unknown: the study has no prices"
        )
    unknown = len(costs) - len(known)
    if unknown:
        what = "hours and money unknown" if not known else f"and unknown for {_count(unknown)}"
        parts.append(f"{what}: nothing like them ran here yet")
    return ", ".join(parts)


def _count(jobs: int) -> str:
    return f"{jobs} job{'s' * (jobs != 1)}"


def _tokens(tokens: int, bound: bool) -> str:
    return f"{'≤' if bound else ''}{tokens:,}"


def _figure(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4f}"
