"""TRL's trainer, with a rollout's log-probabilities computed on packed sequences."""

import torch
from transformers import PreTrainedModel
from trl import GRPOTrainer

from ..errors import WidebandError
from ..policy.packed_attention import take_packed
from .packing import pack
from .retention import Retention

Scores = tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]


class PackedTrainer(GRPOTrainer):
    """GRPOTrainer whose forward pass costs the tokens that there are; loss and gradient stay TRL's.

    TRL pads a micro-batch to its longest prompt and its longest completion and computes a prompt again for
    each of its rollouts. Where the policy's attention does not allow for packing, that is what happens.
    """

    def __init__(self, *args: object, retention: Retention | None = None, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.retention = retention
        policy = self.accelerator.unwrap_model(self.model)
        self.packs = take_packed(policy.get_base_model()) and not self.aux_loss_enabled

    def compute_loss(
        self, model: PreTrainedModel, inputs: dict[str, torch.Tensor], *others: object, **more: object
    ) -> torch.Tensor:
        """TRL's loss of a micro-batch, and its share of what retains other prompts."""
        if self.retention is None:
            return super().compute_loss(model, inputs, *others, **more)
        micro, accelerator = self.current_gradient_accumulation_steps, self.accelerator
        part = accelerator.process_index * micro + self._step % micro
        policy, step = accelerator.unwrap_model(self.model), self.state.global_step
        kl = self.retention.divergence(model, policy, step, part, micro * accelerator.num_processes)
        self._metrics["train"]["retained_kl"].append(accelerator.gather(kl.detach()).mean().item())
        # TRL divides its loss by the number of micro-batches itself.
        return super().compute_loss(model, inputs, *others, **more) + self.retention.weight * kl / micro

    def _generate_and_score_completions(self, inputs: list[dict[str, object]]) -> dict[str, object]:
        made = super()._generate_and_score_completions(inputs)
        advantages = getattr(self.reward_funcs[0], "advantages", None)
        if advantages is not None:
            # TRL has subtracted the group's mean reward, which would bias those of pass@k.
            made["advantages"] = torch.as_tensor(advantages, dtype=made["advantages"].dtype).to(
                made["advantages"]
            )
        return made

    def _get_per_token_logps_and_entropies(
        self,
        model: PreTrainedModel,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        logits_to_keep: int,
        batch_size: int | None = None,
        compute_entropy: bool = False,
        **others: object,
    ) -> Scores:
        if not self.packs:
            return super()._get_per_token_logps_and_entropies(
                model, input_ids, attention_mask, logits_to_keep, batch_size, compute_entropy, **others
            )
        size = batch_size or len(input_ids)
        batches = zip(input_ids.split(size), attention_mask.split(size), strict=True)
        with self.accelerator.autocast():
            scores = [packed_scores(model, *batch, logits_to_keep) for batch in batches]
        logps, entropies = (torch.cat(scores_of) for scores_of in zip(*scores, strict=True))
        return logps, entropies if compute_entropy else None, None


def packed_scores(
    model: PreTrainedModel, input_ids: torch.Tensor, attention_mask: torch.Tensor, completion: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probability of each completion token and entropy before it, in nats, shape (rollouts, completion).

    `model` has TRL's fused head. Raises WidebandError where it does not hand `sequences` to its attention.
    """
    packed = pack(input_ids, attention_mask, completion)
    output = model(
        input_ids=packed.ids,
        # Handed on as it is, having four dimensions: no mask of tokens by tokens is built.
        attention_mask=packed.ids.new_ones(1, 1, 1, 1, dtype=torch.bool),
        position_ids=packed.positions,
        shift_labels=packed.labels,
        fused_lm_head=True,
        sequences=packed.sequences,
    )
    if packed.sequences.layers == 0:
        raise WidebandError(f"{type(model).__name__} does not pass keyword arguments on to its attention")
    shape = torch.Size((len(input_ids), completion))
    return packed.unpacked(output.log_probs, shape), packed.unpacked(output.entropy, shape)
