"""Training on targets at the prefixes of answers: transformers' Trainer with a packed loss.

TRL's SFTTrainer is this Trainer with the preparation of texts in front: it tokenises, pads and masks them and
computes their cross-entropy. Here prompts stand in one line with tries of answers, and labels have weights.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel, Trainer, TrainingArguments

from ..likelihood.packed import LikelihoodError, joined, pack
from ..policy.packed_attention import take_packed
from ..policy.packed_tries import Part
from ..policy.sharded import is_sharded
from ..sampling.seeds import derive_seed
from .held_out import EvaluateEvery
from .log import LossLines
from .loop import common_arguments, to_the_end
from .methods import TrainingInputs
from .publish import PublishEvery
from .retention import Retention, keep_start, retaining
from .schedule import most_steps, steps_to, training_order
from .state import MarkStable, StopWhenTold
from .target_items import END, Labels, TargetItem

MakeLabels = Callable[[TargetItem, np.random.Generator], Labels]
# Of what a stage is trained with, the items by uid.
FindItems = Callable[[TrainingInputs], dict[str, TargetItem]]


class TargetTrainer(Trainer):
    """The mean of the items' losses; `draw(row)` gives the item at a place of the training order.

    `groups` are the places of a step.
    """

    def __init__(
        self,
        *args: object,
        draw: Callable[[int], tuple[TargetItem, Labels]],
        groups: int,
        retention: Retention | None,
        **kwargs: object,
    ):
        super().__init__(*args, **kwargs)
        self.draw, self.answers, self.prompts = draw, 0, 0
        self.groups, self.retention = groups, retention
        # The loss is a mean of equally large micro-batches: the Trainer divides it by their number.
        self.model_accepts_loss_kwargs = False
        policy = self.accelerator.unwrap_model(self.model)
        if self.args.gradient_checkpointing and is_sharded(policy):
            # As TRL's trainers do: DeepSpeed gathers weights again only for what is called again.
            self.args.gradient_checkpointing_kwargs["use_reentrant"] = True
        causal = policy.get_base_model()
        if not take_packed(causal):
            raise LikelihoodError(
                f"{causal.config.model_type}: its attention is neither full nor sliding-window, or not sdpa; "
                "such models cannot be trained on the targets of a law"
            )

    def compute_loss(
        self, model: PreTrainedModel, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **_: Any
    ) -> torch.Tensor:
        """The loss of a micro-batch, in nats, with its share of what retains other prompts."""
        rows = inputs["rows"].tolist()
        kept = self._retained(model, rows) if self.retention else 0.0
        taught = [self.draw(row) for row in rows]
        self.answers += sum(labels.prefixes for _, labels in taught)
        self.prompts += sum(len(item.prompt) for item, _ in taught)
        return kept + packed_loss(model, taught, self.processing_class.eos_token_id, self.args.device)

    def _retained(self, model: PreTrainedModel, rows: list[int]) -> torch.Tensor:
        policy, part = self.accelerator.unwrap_model(self.model), rows[0] % self.groups // len(rows)
        parts = self.groups // len(rows)
        kl = self.retention.divergence(model, policy, self.state.global_step, part, parts)
        return self.retention.weight * kl


def packed_loss(
    model: PreTrainedModel, taught: Sequence[tuple[TargetItem, Labels]], end: int, device: torch.device
) -> torch.Tensor:
    """The mean loss of the items, computed in one pass of one line. Raises LikelihoodError.

    `model` takes packed lines, as `take_packed` lets it, and may be wrapped for several processes.
    """
    parts = [
        Part(owner, np.arange(len(labels.trie.ends)), item.prompt, labels.trie)
        for owner, (item, labels) in enumerate(taught)
    ]
    whole, where = joined(parts)
    packed = pack(whole, device)
    states = np.concatenate(
        [places[labels.states] for places, (_, labels) in zip(where, taught, strict=True)]
    )
    wanted, rows = np.unique(states, return_inverse=True)
    logits = model(
        input_ids=packed.ids,
        # Handed on as it is, having four dimensions: no mask of tokens by tokens is built.
        attention_mask=packed.ids.new_ones(1, 1, 1, 1, dtype=torch.bool),
        position_ids=packed.positions,
        use_cache=False,
        logits_to_keep=packed.places[torch.from_numpy(wanted).to(device)],
        sequences=packed.tries,
    ).logits[0]
    if packed.tries.layers == 0:
        raise LikelihoodError(f"{type(model).__name__} does not pass keyword arguments on to its attention")
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    tokens = np.concatenate([np.where(labels.tokens == END, end, labels.tokens) for _, labels in taught])
    weights = np.concatenate([labels.weights for _, labels in taught])
    rows, columns = (torch.from_numpy(array).to(device) for array in (rows, tokens))
    logprobs = logits[rows, columns] - logits.logsumexp(-1)[rows]
    crossed = (logprobs * torch.from_numpy(weights).to(logprobs)).sum()
    return (sum(labels.constant for _, labels in taught) - crossed) / len(taught)


def train_on_targets(inputs: TrainingInputs, found: FindItems, labels: MakeLabels) -> TargetTrainer:
    """Train the stage to its end, as Method says; what is drawn depends on (stage seed, place) alone.

    `found` gives the items by uid. Raises SpaceError for options that the policy cannot tell apart or hold,
    LikelihoodError for one that takes no packed lines.
    """
    stage = inputs.stage
    retention = retaining(inputs.retained, getattr(stage, "retain", None), stage.seed, inputs.tokenizer)
    items = found(inputs)
    least = min(len(item.prompt) for item in items.values()) + 1
    order = training_order(inputs.problems, stage, most_steps(stage, least))["uid"].tolist()

    def draw(row: int) -> tuple[TargetItem, Labels]:
        item = items[order[row]]
        return item, labels(item, np.random.default_rng(derive_seed(stage.seed, "targets", row)))

    def tokens_of(row: int) -> int:
        item, taught = draw(row)
        return len(item.prompt) + taught.prefixes

    steps = steps_to(stage, tokens_of)
    publish = PublishEvery(stage.publish_every or steps, inputs.state / "published")
    stopping, lines = StopWhenTold(), LossLines(stage)
    evaluating = [] if inputs.held_out is None else [EvaluateEvery(inputs, lines)]
    arguments = TrainingArguments(
        **common_arguments(stage, inputs.trainer, inputs.state, steps),
        train_sampling_strategy="sequential",
    )
    policy = inputs.policy()
    if retention:
        keep_start(policy)
    trainer = TargetTrainer(
        model=policy,
        args=arguments,
        processing_class=inputs.tokenizer,
        train_dataset=[{"row": row} for row in range(steps * stage.groups)],
        data_collator=lambda rows: {"rows": torch.tensor([row["row"] for row in rows])},
        callbacks=[lines, *evaluating, MarkStable(), publish, stopping, *inputs.trackers],
        draw=draw,
        groups=stage.groups,
        retention=retention,
    )
    for callback in (lines, publish, *evaluating):
        callback.trainer = trainer
    to_the_end(trainer, stopping)
    return trainer
