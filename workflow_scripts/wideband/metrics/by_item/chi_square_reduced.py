"""How badly the target law fits the sampled valid answers, comparable across answer spaces."""

import math

from .. import sampled_laws
from .base import SAMPLED, Item, metric


@metric(unit="chi-square / df", needs={"law"}, reads=[SAMPLED], unless={"distribution"}, within=None)
def chi_square_reduced(item: Item) -> float:
    """Pearson's statistic by its degrees of freedom; a perfect sampler is at 1. NaN without any."""
    statistic, freedom, _ = sampled_laws.chi_square(item.counts, item.target)
    return statistic / freedom if freedom else math.nan
