"""How likely a perfect sampler would be to fit the stated law as badly as the sampled valid numbers do."""

from .. import number_laws
from .base import SAMPLED, Item, metric


@metric(unit="p", needs={"distribution"}, reads=[SAMPLED], within=(0.0, 1.0))
def fit_p(item: Item) -> float:
    """p of Kolmogorov-Smirnov, of discrete laws of Pearson's chi-square; NaN without any valid number."""
    return number_laws.fit(item.drawn, item.counts, item.target, item.distribution)
