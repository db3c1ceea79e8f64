"""Where a perfect sampler would hardly have given the sampled valid answers."""

from .. import sampled_laws
from .base import SAMPLED, Item, metric


@metric(unit="p", needs={"law"}, reads=[SAMPLED], unless={"distribution"}, within=(0.0, 1.0))
def chi_square_p(item: Item) -> float:
    """p of Pearson's statistic by simulated draws from the target law; NaN without any valid answer."""
    return sampled_laws.chi_square_p(item.counts, item.target)
