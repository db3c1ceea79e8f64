"""How long stages train: by steps or by tokens, and what needs the number of steps beforehand."""

from collections.abc import Iterator

from .study import Study
from .training import Grpo


def problems(study: Study) -> Iterator[str]:
    """What is wrong with the budgets of stages; numbers of steps may be asked for only after this."""
    if study.arms and not study.trained():
        return  # Stages of imported arms say how their authors trained; nothing runs them here.
    for name, stage in study.stages.items():
        key = f"stages.{name}"
        if stage.steps is None and stage.tokens is None:
            yield f"{key}.steps: missing key; say how long to train, by steps or by tokens"
        elif stage.steps is not None and stage.tokens is not None:
            yield f"{key}.tokens: steps are given as well; remove one of the two"
        elif stage.tokens is not None:
            if stage.publish_every is not None:
                yield f"{key}.publish_every: how many steps reach tokens is not known beforehand; set steps"
            if isinstance(stage, Grpo) and (stage.schedule != "constant" or stage.warmup):
                wrong = "warmup" if stage.schedule == "constant" else "schedule"
                yield (
                    f"{key}.{wrong}: how many steps of method grpo reach tokens is not known beforehand; "
                    "set steps, or leave the learning rate constant"
                )
