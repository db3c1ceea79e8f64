"""Reinforcement learning on sampled rollouts (Shao et al. 2024), with TRL."""

from trl import GRPOTrainer

from ...grading import Grader
from .. import grpo
from ..reward_function import RewardFunction, items
from . import TrainingInputs

DESCRIPTION = "GRPO: rollouts of the policy, scored by a reward"


def train(inputs: TrainingInputs) -> GRPOTrainer:
    """See Method."""
    stage, trainer = inputs.stage, inputs.trainer
    asked = items(inputs.problems, inputs.render)
    with Grader(inputs.grading.timeout_s, inputs.grading.workers) as grader:
        rewards = RewardFunction(stage, inputs.scaffold, grader, trainer.tag_coefficient, asked)
        asking = inputs.scaffold.stop, inputs.render
        run = grpo.Run(stage, trainer, *asking, inputs.state, inputs.retained, inputs.trackers)
        return grpo.train(inputs.policy, inputs.tokenizer, inputs.problems, rewards, run)
