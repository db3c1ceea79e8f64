"""A number that is to be computed: its id, estimator, arguments and tables."""

from dataclasses import dataclass, field
from typing import Any

from ..config import Study
from ..metrics.passk import reported_ks


@dataclass(frozen=True)
class Request:
    """What `registry.build` needs; `paths` are relative to the study's results folder."""

    id: str
    estimator: str
    args: dict[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()


def metric_path(metric: str, arm: str, checkpoint: str, slice_name: str) -> str:
    """The per-problem table of passk, diversity or cost."""
    return f"metrics/{metric}/{arm}/{checkpoint}/{slice_name}.parquet"


def arm_path(table: str, arm: str, checkpoint: str, slice_name: str) -> str:
    """The rollouts, verdicts or band table of an arm."""
    return f"arms/{arm}/{checkpoint}/{table}/{slice_name}.parquet"


def ks(study: Study, name: str, *sides: tuple[str, str]) -> tuple[int, ...]:
    """The k of pass@k that every (arm, checkpoint) of `sides` has on a benchmark."""
    first, *others = (reported_ks(study.draws(arm, at, name)) for arm, at in sides)
    return tuple(k for k in first if all(k in other for other in others))


def joined(first: str, second: str) -> str:
    """How an id names the checkpoints of two compared arms: once when it is the same."""
    return first if first == second else f"{first}-{second}"
