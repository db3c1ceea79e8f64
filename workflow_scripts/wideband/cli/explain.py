"""`wideband explain`: which jobs would run, why, and what they would cost."""

import argparse
from pathlib import Path

from ..config import Study
from ..workflow.estimate import Cost, Costs
from ..workflow.hardware import asked
from ..workflow.jobs import PlannedJob, jobs
from ..workflow.pending import pending
from ..workflow.settle import prepare
from ..workflow.why import why
from .study import add_study, chosen_study, results


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("targets", nargs="*", help="files or rules, as for snakemake (default: all results)")
    add_study(parser)


def run(args: argparse.Namespace) -> int:
    """Print one line per job that would run, with reasons and cost, then the sums."""
    study = chosen_study(args)
    planned, root = jobs(study, Path.cwd()), results(study)
    stale = prepare(planned, root).stale
    waiting = pending(planned, study.name, args.targets)
    if not waiting:
        print(f"Nothing is stale: all {len(planned)} jobs of {study.name} stand.")
        return 0
    costs = Costs(planned, study, root)
    told = [(job, why(stale.get(job.spec_path, ())), costs.of(job)) for job in waiting]
    width = max(len(job.label) for job, *_ in told)
    print(f"{'job':{width}}  {'tokens':>10}  {'core-h':>8}  {'GPU-h':>7}  {'money':>8}  why")
    for job, reason, cost in told:
        print(_line(job, reason, cost, study, width))
    print(_sums([cost for *_, cost in told], study))
    limit = asked(waiting, study)
    print(
        f"on a cluster, by their time limits: at most {limit.node_hours:,.0f} node-hours, "
        f"{limit.gpu_hours:,.0f} GPU-hours, {limit.money(study):,.2f} {study.prices.currency}"
    )
    return 0


def _line(job: PlannedJob, reason: str, cost: Cost, study: Study, width: int) -> str:
    money = cost.money(study)
    cells = [_tokens(cost), _hours(cost.core_hours), _hours(cost.gpu_hours), _money(money)]
    return f"{job.label:{width}}  {cells[0]:>10}  {cells[1]:>8}  {cells[2]:>7}  {cells[3]:>8}  {reason}"


def _sums(costs: list[Cost], study: Study) -> str:
    tokens = sum(cost.tokens or 0 for cost in costs)
    at_most = "at most " if any(cost.bound for cost in costs) else ""
    known = [cost for cost in costs if cost.core_hours is not None]
    hours = f"{sum(c.core_hours for c in known):.2f} core-h, {sum(c.gpu_hours for c in known):.2f} GPU-h"
    money = f"{sum(c.money(study) or 0 for c in known):.4f} {study.prices.currency}"
    unknown = len(costs) - len(known)
    rest = f"; hours of {unknown} jobs unknown, nothing like them ran here yet" if unknown else ""
    return f"{len(costs)} jobs: {at_most}{tokens:,} tokens, {hours}, {money}{rest}"


def _tokens(cost: Cost) -> str:
    return "–" if cost.tokens is None else f"{'≤' if cost.bound else ''}{cost.tokens:,}"


def _hours(value: float | None) -> str:
    return "?" if value is None else f"{value:.4f}"


def _money(value: float | None) -> str:
    return "?" if value is None else f"{value:.4f}"
