"""Accuracy at a matched token budget. Tables: passk, cost of the first arm, then of the second."""

from collections.abc import Sequence

import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.budget import Frontier, common_budget, frontiers, matched_accuracy
from ...metrics.estimate import Estimate
from ..registry import estimator

SOURCE = "wideband.metrics.budget: pass@k of Chen et al. 2021 against k × mean tokens, linear in between"
Arms = tuple[Frontier, Frontier]


def arms(frames: Sequence[pd.DataFrame]) -> Arms:
    """Both arms over the problems that all four tables share."""
    return frontiers((frames[0], frames[1]), (frames[2], frames[3]))


@estimator("cost.budget_tokens", unit="tokens", source=SOURCE, prepare=arms)
def budget_tokens(pair: Arms, level: str) -> Estimate:
    """A common budget in tokens a problem."""
    return Estimate(common_budget(*pair, level), None, len(pair[0].tokens))


@estimator("cost.budget_accuracy", unit="fraction", source=SOURCE, prepare=arms)
def budget_accuracy(pair: Arms, level: str, what: str, boot: Bootstrap) -> Estimate:
    """Accuracy of `first`, of `second`, or their `difference`."""
    return matched_accuracy(*pair, level, what, boot)
