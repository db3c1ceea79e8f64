"""Direct preference optimisation (Rafailov et al. 2023), with TRL."""

from .. import dpo
from . import TrainingInputs

DESCRIPTION = "preference pairs: what is chosen becomes likelier than what is rejected"


def train(inputs: TrainingInputs) -> dpo.PairTrainer:
    """See Method."""
    return dpo.train(inputs)
