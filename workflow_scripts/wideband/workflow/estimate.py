"""What jobs will cost: as last time, else like their rule's finished jobs; and at most, by their limits."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import comb
from pathlib import Path
from statistics import mean
from typing import Any

from ..config import Study
from ..config.parameters_data import registered
from ..config.resources import Hardware
from .freshness import Record, records
from .jobs import PlannedJob

HOUR = 3600
# They run in one SLURM job with the sampling that they read: on its node, with the time limit of analysis.
AFTER_SAMPLING = frozenset({"grade", "embed", "entail", "novelty", "band", "band_train"})


@dataclass(frozen=True)
class Cost:
    """Tokens sampled (None: it samples none), core-hours and GPU-hours (None: nothing like it ever ran).

    `bound` marks tokens that are an upper limit from the study rather than a measurement.
    """

    tokens: int | None
    core_hours: float | None
    gpu_hours: float | None
    bound: bool = False

    def money(self, study: Study) -> float | None:
        """In the currency of the study's price table; None when the hours or their prices are unknown."""
        if self.core_hours is None or self.gpu_hours is None:
            return None
        if not study.prices.core_hour and not study.prices.gpu_hour:
            return None
        return self.core_hours * study.prices.core_hour + self.gpu_hours * study.prices.gpu_hour


class Costs:
    """Costs of jobs by what finished jobs of the study took."""

    def __init__(self, planned: list[PlannedJob], study: Study, root: Path) -> None:
        self.study = study
        self._last = {job.spec_path: _last(job, root) for job in planned}
        self._by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for job in planned:
            if manifest := self._last[job.spec_path]:
                self._by_rule[job.rule].append(manifest)

    def of(self, job: PlannedJob) -> Cost:
        """What the job will cost."""
        last = self._last[job.spec_path]
        like = [last] if last else self._by_rule[job.rule]
        hours = [_hours(manifest) for manifest in like]
        cores = mean(cost[0] for cost in hours) if hours else None
        gpus = mean(cost[1] for cost in hours) if hours else None
        measured = last["notes"].get("completion_tokens") if last else None
        if measured is not None:
            return Cost(int(measured), cores, gpus)
        limit = most_tokens(job, self.study)
        return Cost(limit, cores, gpus, bound=limit is not None)


def most_tokens(job: PlannedJob, study: Study) -> int | None:
    """The most tokens that a job can sample by the study; None for a job that samples none."""
    params = job.spec.params
    if job.rule == "train":
        stage = params["stage"]
        a_step = stage["groups"] * stage.get("group_size", 0) * stage.get("max_tokens", 0)
        # The step that reaches a number of tokens may go beyond it by what it samples.
        most = stage["tokens"] + a_step if stage["steps"] is None else stage["steps"] * a_step
        return most if a_step else None
    if job.rule == "sample":
        size = _problems(job.wildcards["slice"], study)
        return None if size is None else size * params["n"] * params["max_tokens"]
    return None


def entailment_pairs(study: Study) -> int | None:
    """Pairs of texts that a study judges at most; None where a slice's size is unknown, or it judges none."""
    cfg = study.entailment

    def pairs(items: int, draws: int) -> int:
        inside = comb(draws, 2)
        return items * min(inside, cfg.pairs or inside) + min(cfg.across, comb(items, 2))

    found = _over_items(study, "entailment", pairs) if cfg else None
    return None if found is None else found * (cfg.sentences if cfg.align == "sentences" else 1)


def novelty_pairs(study: Study) -> int | None:
    """Pairs of answers that a study's classifier judges at most; None where a slice's size is unknown."""
    return _over_items(study, "novelty", lambda items, draws: items * comb(draws, 2))


def judge_requests(study: Study) -> int | None:
    """Questions to the judge at most; None where a slice's size is unknown, or there is no judge."""
    cfg = study.judge
    if cfg is None:
        return None
    orders = 2 if cfg.swap else 1
    return _over_items(study, "judgements", lambda items, draws: items * min(cfg.pairs, draws) * orders)


def _over_items(study: Study, table: str, count: Callable[[int, int], int]) -> int | None:
    """The sum over evaluations with a table of `count` of their items and rollouts; None without a size."""
    total = 0
    for arm, checkpoint, name in study.separate_evaluations(table):
        items = _problems(name, study)
        if items is None:
            return None
        total += count(items, study.draws(arm, checkpoint, name))
    return total


def _problems(name: str, study: Study) -> int | None:
    """How many problems a slice has at most, by the study or as its source is registered; None: unknown."""
    asked = study.band.pool if name == study.band.heldout.slice else name
    part = study.data.slices.get(asked)
    if part is None or part.n is not None or part.file is not None:
        return part.n if part else None
    return registered(study, {asked}).get(f"{part.source}/{part.split}", {}).get("rows")


def _last(job: PlannedJob, root: Path) -> dict[str, Any] | None:
    kept = (record for record in records(job, root) if isinstance(record, Record))
    return next((record.manifest for record in kept), None)


def _hours(manifest: dict[str, Any]) -> tuple[float, float]:
    """(core-hours, GPU-hours) of a finished job."""
    return manifest.get("cpu_seconds", 0.0) / HOUR, _gpus(manifest) * manifest["seconds"] / HOUR


def _gpus(manifest: dict[str, Any]) -> int:
    visible = manifest["machine"].get("gpus_visible")
    return len(visible.split(",")) if visible else len(manifest["machine"].get("gpus") or ())


@dataclass(frozen=True)
class Requested:
    """Hours up to the time limits of the first attempts."""

    node_hours: float
    gpu_hours: float

    def money(self, study: Study) -> float:
        """GPU-hours in the currency of the study's price table."""
        return self.gpu_hours * study.prices.gpu_hour


def requested(planned: Iterable[PlannedJob], study: Study) -> Requested:
    """What the jobs ask for together."""
    classes = [(hardware_of(job, study), _minutes(job, study)) for job in planned]
    nodes = sum(hardware.nodes * minutes for hardware, minutes in classes)
    gpus = sum(hardware.nodes * hardware.gpus * minutes for hardware, minutes in classes)
    return Requested(nodes / 60, gpus / 60)


def hardware_of(job: PlannedJob, study: Study) -> Hardware:
    """The class of hardware that a job runs on."""
    resources = study.resources
    if job.rule == "train":
        return resources.of_stage(job.wildcards["stage"])
    if job.rule in ("sample", "loglikelihood", "merge") or job.rule in AFTER_SAMPLING:
        return resources.sampling
    return resources.base if job.rule == "base" else resources.analysis


def _minutes(job: PlannedJob, study: Study) -> int:
    return (study.resources.analysis if job.rule in AFTER_SAMPLING else hardware_of(job, study)).minutes
