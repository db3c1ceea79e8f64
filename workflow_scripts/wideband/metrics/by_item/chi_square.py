"""How badly the target law fits the sampled valid answers."""

from .. import sampled_laws
from .base import SAMPLED, Item, metric


@metric(unit="chi-square", needs={"law"}, reads=[SAMPLED], unless={"distribution"}, within=None)
def chi_square(item: Item) -> float:
    """Pearson's statistic (1900); a perfect sampler is at the degrees of freedom, which are options − 1."""
    return sampled_laws.chi_square(item.counts, item.target)[0]
