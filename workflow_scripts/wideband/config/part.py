"""A part of a study as a study of its own: the arms that stand on one of its base models."""

from ..errors import StudyError
from .checks_resources import unknown
from .policy import Arm
from .study import Study


def on_base(study: Study, base: str) -> Study:
    """The study `<name>@<base>`: these arms and the pairs among them, with a results folder of their own.

    Raises StudyError with the nearest name for a base that no arm stands on.
    """
    bases = {arm: found.name for arm in study.arms if (found := study.base_of(arm))}
    if base not in bases.values():
        raise StudyError(unknown(f"{study.name}@{base}", "base", base, dict.fromkeys(bases.values())))
    arms = {
        arm: body if body.against is None or bases.get(body.against) == base else _without_pair(body)
        for arm, body in study.arms.items()
        if bases.get(arm) == base
    }
    pairs = study.compare and [pair for pair in study.compare if set(pair) <= set(arms)]
    return study.model_copy(update={"name": f"{study.name}@{base}", "arms": arms, "compare": pairs})


def _without_pair(arm: Arm) -> Arm:
    """An arm whose other of the pair is elsewhere."""
    return arm.model_copy(update={"against": None})
