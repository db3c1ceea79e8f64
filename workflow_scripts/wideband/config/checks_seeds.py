"""Seeds of training: each once, one or as many as for other arms, and only where something is trained."""

from collections.abc import Iterator

from .names import name_fault
from .runs import run_name, seeds_of_arm
from .study import Study


def problems(study: Study) -> Iterator[str]:
    """What is wrong with `seeds` of the study and of its arms."""
    yield from _twice("seeds", study.seeds)
    first = next((arm for arm in study.arms if len(seeds_of_arm(study, arm)) > 1), None)
    for arm, body in study.arms.items():
        key, seeds = f"arms.{arm}.seeds", seeds_of_arm(study, arm)
        if body.run is not None:
            yield f"arms.{arm}.run: set by Wideband itself; name the seeds of an arm under seeds"
        if body.seeds is not None:
            yield from _twice(key, body.seeds)
            if not study.own_stages(arm):
                yield f"{key}: nothing is trained for this arm; remove it"
            elif seeds != body.seeds:
                yield f"{key}: the arm that it begins from has the seeds {seeds}; remove it"
        if len(seeds) > 1 and len(seeds) != (others := len(seeds_of_arm(study, first))):
            yield f"{key}: {len(seeds)} of them, but arm '{first}' has {others}; name as many, or one"
        yield from _names(study, arm, seeds)


def _twice(key: str, seeds: list[int]) -> Iterator[str]:
    for seed in dict.fromkeys(seed for seed in seeds if seeds.count(seed) > 1):
        yield f"{key}: {seed} twice; name each seed once"


def _names(study: Study, arm: str, seeds: list[int]) -> Iterator[str]:
    for name in (run_name(arm, seed) for seed in seeds):
        if name in study.arms:
            yield f"arms.{name}: this name is reserved for a run of arm '{arm}'; choose another"
        if fault := name_fault("arm", name):
            yield f"arms.{arm}: its run {fault}"
