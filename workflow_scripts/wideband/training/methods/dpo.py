"""Direct preference optimisation (Rafailov et al. 2023), with TRL."""

from .. import dpo
from . import Given

DESCRIPTION = "preference pairs: what is chosen becomes likelier than what is rejected"


def train(given: Given) -> dpo.PairTrainer:
    """See Method."""
    return dpo.train(given)
