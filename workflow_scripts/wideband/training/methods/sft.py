"""Cross-entropy of answers drawn from each item's target law, or its worked ones; end tokens included."""

import numpy as np

from ..target_items import TargetItem, labels_of_answers
from ..target_trainer import TargetTrainer, train_on_targets
from ..taught_items import of_laws, of_solutions
from . import TrainingInputs

DESCRIPTION = "supervised training on worked answers, or on answers that are sampled from a law over options"


def train(inputs: TrainingInputs) -> TargetTrainer:
    """See Method."""
    samples = inputs.stage.samples

    def labels(item: TargetItem, random: np.random.Generator):
        return labels_of_answers(item, item.drawn(samples, random))

    found = of_solutions if inputs.stage.answers == "solutions" else of_laws
    return train_on_targets(inputs, found, labels)
