"""What a study asks of a cluster, against what it runs there."""

import difflib
from collections.abc import Iterable, Iterator

from .methods import a_step
from .study import Study
from .training import Grpo


def hardware_problems(study: Study) -> Iterator[str]:
    """All inconsistencies of `resources` with the rest of the study."""
    for name in study.resources.stages:
        if name not in study.stages:
            yield unknown("resources.stages", "stage", name, study.stages)
    for name, stage in study.stages.items():
        hardware = study.resources.of_stage(name)
        processes, rollouts = hardware.nodes * hardware.processes_per_node(), a_step(stage)
        if rollouts % processes and isinstance(stage, Grpo):
            yield (
                f"stages.{name}.groups: {rollouts} rollouts a step cannot be shared evenly by {processes} "
                "processes; change them, or nodes and processes in resources"
            )
        elif stage.groups % processes:
            yield (
                f"stages.{name}.groups: {stage.groups} groups cannot be shared evenly by {processes} "
                "processes, which hold whole groups; change groups, or nodes and processes in resources"
            )
    yield from _engines(study)


def _engines(study: Study) -> Iterator[str]:
    hardware, spans = study.resources.sampling, study.sampling.tensor_parallel
    engines = hardware.processes_per_node()
    if study.sampling.engine == "vllm" and hardware.gpus and engines * spans > hardware.gpus:
        yield (
            f"resources.sampling.processes: {engines} engines of sampling.tensor_parallel {spans} do not fit "
            f"on {hardware.gpus} GPUs; lower one of them"
        )
    if hardware.nodes > 1:
        yield "resources.sampling.nodes: the engines of a sampling job share one node; set it to 1"


def unknown(key: str, what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 1, cutoff=0.4)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names) or 'none'}"
    return f"{key}: unknown {what} '{name}'; {hint}"
