"""One stage of DPO with TRL: its loss and its reference, on pairs that the arm's scaffold asks and writes."""

from typing import Any

import torch
from datasets import Dataset
from transformers import PreTrainedModel
from trl import DPOConfig, DPOTrainer

from ..config.training import Dpo
from ..errors import WidebandError
from ..lists import listed
from ..sampling.prompts import prompts
from .log import LossLines
from .loop import common_arguments, to_the_end
from .methods import TrainingInputs
from .publish import PublishEvery
from .schedule import most_steps, steps_to, training_order
from .state import MarkStable, StopWhenTold

# Token ids of the prompt, and of the two sides with their end tokens, as TRL calls them.
Pair = dict[str, list[int]]


class PairTrainer(DPOTrainer):
    """DPOTrainer on pairs that are tokens already; counts what it has trained on.

    Its reference is the policy without its adapter, or with a frozen copy of the adapter at the start.
    """

    answers = prompts = 0

    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        return dataset

    def compute_loss(
        self, model: PreTrainedModel, inputs: dict[str, torch.Tensor], *others: Any, **more: Any
    ) -> torch.Tensor:
        """TRL's loss of a micro-batch; its rows are pairs, the chosen sides first."""
        answers = int(inputs["completion_mask"].sum())
        self.answers += answers
        # A prompt stands before both of its sides.
        self.prompts += (int(inputs["attention_mask"].sum()) - answers) // 2
        return super().compute_loss(model, inputs, *others, **more)


def train(inputs: TrainingInputs) -> PairTrainer:
    """Train the stage to its end, as Method says. Raises WidebandError for a pair, as `tokenised`."""
    stage: Dpo = inputs.stage
    pairs = tokenised(inputs)
    sizes = {uid: sum(map(len, pair.values())) for uid, pair in pairs.items()}
    order = training_order(inputs.problems, stage, most_steps(stage, min(sizes.values())))["uid"].tolist()
    steps = steps_to(stage, lambda row: sizes[order[row]])
    publish = PublishEvery(stage.publish_every or steps, inputs.state / "published")
    stopping, lines = StopWhenTold(), LossLines(stage)
    arguments = DPOConfig(
        **common_arguments(stage, inputs.trainer, inputs.state, steps),
        beta=stage.beta,
        max_length=None,
        # The router is frozen, so its balancing loss could only distort what is logged.
        router_aux_loss_coef=0.0,
        train_sampling_strategy="sequential",
    )
    trainer = PairTrainer(
        model=inputs.policy(),
        args=arguments,
        processing_class=inputs.tokenizer,
        train_dataset=Dataset.from_list([pairs[uid] for uid in order[: steps * stage.groups]]),
        callbacks=[lines, MarkStable(), publish, stopping, *inputs.trackers],
    )
    lines.trainer = publish.trainer = trainer
    to_the_end(trainer, stopping)
    return trainer


def tokenised(inputs: TrainingInputs) -> dict[str, Pair]:
    """The pairs by uid, in tokens.

    Raises WidebandError naming the uid of a pair that lacks a side, whose sides are equal, or which exceeds
    the policy's context.
    """
    found = {}
    problems, encode = inputs.problems, inputs.tokenizer.encode
    rows = zip(problems["uid"], problems["chosen"], problems["rejected"], strict=True)
    for (uid, *sides), prompt in zip(rows, prompts(problems, inputs.render), strict=True):
        texts = [_written(inputs, listed(side)) for side in sides]
        if not all(texts):
            raise WidebandError(f"uid {uid!r} lacks a side of its preference pair: leave it out")
        if texts[0] == texts[1]:
            raise WidebandError(
                f"uid {uid!r}: both sides are {texts[0][:60]!r}, which teaches nothing: leave it out"
            )
        end = [inputs.tokenizer.eos_token_id]
        chosen, rejected = (encode(text, add_special_tokens=False) + end for text in texts)
        found[uid] = {"prompt_ids": encode(prompt), "chosen_ids": chosen, "rejected_ids": rejected}
        longest = len(found[uid]["prompt_ids"]) + max(len(chosen), len(rejected))
        if longest > inputs.context:
            raise WidebandError(
                f"uid {uid!r}: prompt and completion have {longest} tokens, more than the context of "
                f"{inputs.context}; leave it out"
            )
    return found


def _written(inputs: TrainingInputs, parts: list[str]) -> str:
    """A side as a completion: its text as it stands, or working and answer as the scaffold writes them."""
    return inputs.scaffold.compose(*parts) if len(parts) == 2 else "".join(parts)
