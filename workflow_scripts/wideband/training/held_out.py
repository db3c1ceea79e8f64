"""Evaluation while a stage trains: how far the policy is from the laws of items that are held out.

As transformers' Trainer does with an `eval_dataset` every `eval_steps`, but exact, item by item, and by the
code that the rule `loglikelihood` runs.
"""

import logging
from typing import Any

import numpy as np
from transformers import TrainerCallback, TrainerState

from ..likelihood import laws
from ..likelihood.items import questions
from ..metrics.number_laws import divergence
from ..sampling.prompts import prompts
from .log import HELD_OUT, Lines
from .methods import TrainingInputs

log = logging.getLogger(__name__)


class EvaluateEvery(TrainerCallback):
    """Evaluates before the first step, after every N-th, and after the last; stands behind `lines`.

    Nothing is drawn for it, and what it finds is in the trainer's log history, which every save holds. All
    processes evaluate every item: under ZeRO-3 they must make the same passes.
    """

    trainer: Any = None

    def __init__(self, inputs: TrainingInputs, lines: Lines) -> None:
        items = inputs.held_out
        self.every, self.lines, self.tokenizer = inputs.stage.eval.every, lines, inputs.tokenizer
        self.uids, self.asked = items["uid"].tolist(), questions(items, prompts(items, inputs.render))

    def on_train_begin(self, args, state, control, **_) -> None:
        """Evaluate the policy that the stage starts from; a run that goes on has done so."""
        if state.global_step == 0:
            self._evaluate(state)

    def on_log(self, args, state, control, logs=None, **_) -> None:
        """Evaluate after the step where it is due, and before a save."""
        step = state.global_step
        if logs and "loss" in logs and (step % self.every == 0 or step == state.max_steps):
            self._evaluate(state)

    def _evaluate(self, state: TrainerState) -> None:
        policy = self.trainer.accelerator.unwrap_model(self.trainer.model)
        training = policy.training
        with self.lines.paused():
            found = laws(policy.eval(), self.tokenizer, self.asked)
            policy.train(training)
        targets = [np.array(question.space.law) for question in self.asked]
        kl = [divergence(target, law.logprobs) for target, law in zip(targets, found, strict=True)]
        entry = {"step": state.global_step, HELD_OUT: dict(zip(self.uids, kl, strict=True))}
        state.log_history.append(entry)
        if state.is_world_process_zero:
            log.info("step %d  KL of %d held-out items %.4f", state.global_step, len(kl), np.mean(kl))
