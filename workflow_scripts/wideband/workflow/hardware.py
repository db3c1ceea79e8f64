"""What jobs ask of a cluster by the study: an upper bound of node-hours, GPU-hours and money."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..config import Study
from ..config.resources import Hardware
from .jobs import PlannedJob

# They run in one SLURM job with the sampling that they read: on its node, with the time limit of analysis.
AFTER_SAMPLING = frozenset({"grade", "embed", "entail", "band", "band_train"})


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
    if job.rule in ("sample", "loglikelihood") or job.rule in AFTER_SAMPLING:
        return resources.sampling
    return resources.base if job.rule == "base" else resources.analysis


def _minutes(job: PlannedJob, study: Study) -> int:
    return (study.resources.analysis if job.rule in AFTER_SAMPLING else hardware_of(job, study)).minutes
