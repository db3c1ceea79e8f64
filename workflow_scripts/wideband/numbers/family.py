"""The family of tests that Holm's adjustment runs over: declared here, for every study alike.

A family is one measure (pass@1, pass@8, cosine_distance, vendi.correct, …) of all pairs of compared arms at
their last checkpoints, two different ones where the arms end differently: one test for each pair and each
benchmark that has the measure.
That is what a study sets out to compare and its report puts first. Comparisons at earlier checkpoints, the
untrained base included, are no members and have no adjusted p: their p is raw, and so is that of signed-rank
tests.
"""

from collections.abc import Sequence

from ..config import Study
from .pair import Pair


def family(study: Study, members: Sequence[Pair]) -> list[Pair]:
    """Those of the pairs with a measure that its family consists of, in their order."""
    last = {arms: study.meetings(*arms)[-1] for arms in study.pairs()}
    return [pair for pair in members if pair.at == last[pair.arms]]
