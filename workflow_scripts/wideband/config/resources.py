"""What the jobs of each class ask of a cluster; a part of no job's parameters, so a change reruns nothing."""

from pydantic import Field

from .base import Strict


class Hardware(Strict):
    """One class of jobs. Memory and time are those of the first attempt; a later one asks for more."""

    nodes: int = Field(1, ge=1, description="nodes of a job")
    gpus: int = Field(0, ge=0, description="GPUs on each node; 0: the partition for CPU jobs")
    processes: int | None = Field(
        None, ge=1, description="processes on each node; null: one per GPU, or one without GPUs"
    )
    cpus: int = Field(1, ge=1, description="CPU cores of each process")
    memory_gb: float = Field(4.0, gt=0, description="memory on each node")
    minutes: int = Field(60, ge=1, description="time limit")

    def processes_per_node(self) -> int:
        """Processes that a job starts on each of its nodes."""
        return self.processes or max(1, self.gpus)


class Endpoints(Strict):
    """How bases of kind endpoint may be asked; prices are those of `prices`."""

    concurrency: int = Field(8, ge=1, le=256, description="requests at a time of one job")
    budget: float | None = Field(
        None,
        gt=0,
        description="most money that all jobs of the study may spend on endpoints, in `prices.currency`; a "
        "job whose next request could go beyond it stops, and goes on from there when the budget is raised",
    )


class Resources(Strict):
    """What jobs ask of a cluster, by class."""

    analysis: Hardware = Field(
        default_factory=Hardware, description="problems, metrics, numbers, report: CPU only"
    )
    base: Hardware = Field(default_factory=lambda: Hardware(cpus=2), description="the base model")
    training: Hardware = Field(default_factory=Hardware, description="every stage")
    stages: dict[str, Hardware] = Field(
        default_factory=dict, description="stages that ask for something else than `training`"
    )
    sampling: Hardware = Field(
        default_factory=Hardware, description="rollouts of a checkpoint, their grades and embeddings"
    )

    endpoints: Endpoints = Field(default_factory=Endpoints, description="how endpoints may be asked")

    def of_stage(self, stage: str) -> Hardware:
        """What the training jobs of a stage ask for."""
        return self.stages.get(stage, self.training)
