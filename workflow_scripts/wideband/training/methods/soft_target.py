"""KL divergence from each item's target law to the policy, at every prefix of an answer."""

import numpy as np

from ..target_items import TargetItem, labels_of_law
from ..target_trainer import TargetTrainer, train_on_targets
from ..taught_items import of_laws
from . import TrainingInputs

DESCRIPTION = "next-token targets out of a law over options, all of them at once or along sampled answers"


def train(inputs: TrainingInputs) -> TargetTrainer:
    """See Method."""
    paths, total = inputs.stage.paths, inputs.stage.loss == "sum"

    def labels(item: TargetItem, random: np.random.Generator):
        weights = item.law if paths == "all" else item.drawn(paths, random) / paths
        return labels_of_law(item, weights, total)

    return train_on_targets(inputs, of_laws, labels)
