"""Lineages: what stages do to a measure, in % of the base. Tables: metrics of the conditions of a number.

The conditions of one benchmark, or imported slice, follow one another; then come those of the next. `tasks`
is the number of benchmarks, `how` one of wideband.metrics.shares, `items` those of an imported slice that
count (None: all). Only items that were measured in every condition count; n is how many they are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.per_problem import measured
from ...metrics.shares import falls, most_lost, share
from ..registry import estimator
from .units import metric_unit

Cells = list[np.ndarray]
Items = list[str] | None
UNDEFINED = Estimate(float("nan"), None, 0)


def aligned(frames: Sequence[pd.DataFrame], metrics: Sequence[str], items: Items) -> np.ndarray:
    """Values (conditions × metrics, P) over the items that all tables have of all these metrics."""
    found = [measured(frame, metric) for frame in frames for metric in metrics]
    uids = found[0].index
    for column in found[1:]:
        uids = uids.intersection(column.index)
    kept = sorted(uids if items is None else uids.intersection(items))
    return np.stack([column[kept].to_numpy(dtype=float) for column in found])


def cells(frames: Sequence[pd.DataFrame], metric: str, tasks: int, items: Items) -> Cells:
    """One array (conditions, P) for each benchmark."""
    size = len(frames) // tasks
    return [aligned(frames[at : at + size], [metric], items) for at in range(0, len(frames), size)]


def halves(frames: Sequence[pd.DataFrame], metric: str, correct: str, items: Items) -> np.ndarray:
    """Values (conditions × 2, P): of all outputs, then of correct ones, on the same prompts."""
    return aligned(frames, [metric, correct], items)


@estimator("lineage.change", unit="% of base", source="(later − earlier) / base; Efron 1979", prepare=cells)
def change(found: Cells, metric: str, tasks: int, items: Items, how: str, boot: Bootstrap) -> Estimate:
    """Conditions: base, earlier, later. Negative where something was lost."""
    return share(found, lambda means: (means[2] - means[1], means[0]), how, boot)


@estimator("lineage.retained", unit="% of base", source="checkpoint / base; Efron 1979", prepare=cells)
def retained(found: Cells, metric: str, tasks: int, items: Items, how: str, boot: Bootstrap) -> Estimate:
    """Conditions: base, checkpoint."""
    return share(found, lambda means: (means[1], means[0]), how, boot)


@estimator(
    "lineage.recovered",
    unit="% of the loss",
    source="(later − earlier) / (base − earlier); Efron 1979",
    prepare=cells,
)
def recovered(found: Cells, metric: str, tasks: int, items: Items, how: str, boot: Bootstrap) -> Estimate:
    """Conditions: base, earlier, later. Not defined where the loss cannot be told from zero.

    Of a ratio over items those count that lost something.
    """
    if not falls([cell[:2] for cell in found], boot):
        return UNDEFINED
    return share(found, lambda means: (means[2] - means[1], means[0] - means[1]), how, boot)


@estimator(
    "lineage.most_lost",
    unit="probability",
    source="share of resamples in which the stage loses most; Efron 1979",
    prepare=cells,
)
def loses_most(
    found: Cells, metric: str, tasks: int, items: Items, how: str, member: int, boot: Bootstrap
) -> Estimate:
    """Conditions: the lineage from base on; `member` is the place of the stage in it, from 1."""
    return most_lost(found, how, member, boot)


@estimator(
    "lineage.residual",
    unit="% of the drop",
    source="drop of the correct / drop of all, on the same prompts; Efron 1979",
    prepare=halves,
)
def residual(
    found: np.ndarray, metric: str, correct: str, items: Items, how: str, boot: Bootstrap
) -> Estimate:
    """Conditions: base, checkpoint. Not defined where the drop of all cannot be told from zero."""
    if not falls([found[[0, 2]]], boot):
        return UNDEFINED
    return share([found], lambda means: (means[1] - means[3], means[0] - means[2]), how, boot)


@estimator(
    "lineage.gap",
    unit=metric_unit,
    source="mean over prompts of all − correct; Efron 1979",
    prepare=halves,
)
def gap(found: np.ndarray, metric: str, correct: str, items: Items, boot: Bootstrap) -> Estimate:
    """One condition: what outputs vary by beyond what correct ones do, on prompts that have both."""
    return boot.mean(found[0] - found[1])


@estimator(
    "lineage.same",
    unit=metric_unit,
    source="mean over prompts that the measure of correct outputs is of; Efron 1979",
    prepare=halves,
)
def same(found: np.ndarray, metric: str, correct: str, items: Items, boot: Bootstrap) -> Estimate:
    """One condition: the measure of all outputs on the prompts that the measure of correct ones rests on."""
    return boot.mean(found[0])
