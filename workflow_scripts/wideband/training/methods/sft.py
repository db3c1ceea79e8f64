"""Cross-entropy of answers that are drawn from each item's target law, the end token included."""

import numpy as np

from ..target_items import TargetItem, labels_of_answers
from ..target_trainer import TargetTrainer, train_on_targets
from . import Given

DESCRIPTION = "supervised training on answers that are sampled from a law over options"


def train(given: Given) -> TargetTrainer:
    """See Method."""
    samples = given.stage.samples

    def labels(item: TargetItem, random: np.random.Generator):
        return labels_of_answers(item, item.drawn(samples, random))

    return train_on_targets(given, labels)
