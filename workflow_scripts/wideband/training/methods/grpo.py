"""Reinforcement learning on sampled rollouts (Shao et al. 2024), with TRL."""

from trl import GRPOTrainer

from ...grading import Grader
from .. import grpo
from ..reward_function import RewardFunction, items
from . import Given

DESCRIPTION = "GRPO: rollouts of the policy, scored by a reward"


def train(given: Given) -> GRPOTrainer:
    """See Method."""
    stage, trainer = given.stage, given.trainer
    asked = items(given.problems, given.render)
    with Grader(given.grading.timeout_s, given.grading.workers) as grader:
        rewards = RewardFunction(stage, given.scaffold, grader, trainer.tag_coefficient, asked)
        asking = given.scaffold.stop, given.render
        run = grpo.Run(stage, trainer, *asking, given.state, given.retained, given.trackers)
        return grpo.train(given.policy, given.tokenizer, given.problems, rewards, run)
