"""An anchor on other prompts: their first token is answered as the policy did that the stage starts from.

A stage that trains on one kind of question may answer every other kind with it. KL(start || policy) over the
whole vocabulary, where an answer begins, costs no rollouts and says nothing of what is right.
"""

from collections.abc import Sequence

import numpy as np
import torch
from peft import PeftModel
from torch import nn
from transformers import PreTrainedTokenizerBase
from trl.trainer.utils import use_adapter

from ..config.training import Retain
from ..errors import WidebandError
from ..sampling.seeds import derive_seed
from .packing import tree_line

# The frozen copy of the adapter that a stage starts from, by TRL's name for it.
START = "ref"


class Retention:
    """Draws prompts of each step and computes their divergence.

    Args:
        prompts: token ids of each prompt of the slice.
        settings, seed: those of the stage.
    """

    def __init__(self, prompts: Sequence[list[int]], settings: Retain, seed: int) -> None:
        self.prompts, self.weight, self.seed = list(prompts), settings.weight, seed
        self.count = min(settings.prompts, len(self.prompts))

    def drawn(self, step: int) -> list[list[int]]:
        """The prompts of a step: a function of (stage seed, step) alone, none twice."""
        random = np.random.default_rng(derive_seed(self.seed, "retain", step))
        return [self.prompts[row] for row in random.permutation(len(self.prompts))[: self.count]]

    def divergence(
        self, model: nn.Module, policy: PeftModel, step: int, part: int, parts: int
    ) -> torch.Tensor:
        """What one of several parts of a step adds: their mean is the mean over the step's prompts, in nats.

        `model` is the policy as processes wrap it. Every part makes as many passes as the others.
        """
        prompts = self.drawn(step)
        mine = prompts[part::parts]
        asked = mine or prompts[:1]
        with torch.no_grad(), use_adapter(policy, START):
            start = first_logits(model, asked, policy.device)
        kl = summed_divergence(start, first_logits(model, asked, policy.device))
        return kl * (parts * len(mine) / len(asked) / len(prompts))


def retaining(
    prompts: Sequence[str], settings: Retain | None, seed: int, tokenizer: PreTrainedTokenizerBase
) -> Retention | None:
    """What a stage retains; None where it retains nothing."""
    return Retention([tokenizer.encode(prompt) for prompt in prompts], settings, seed) if settings else None


def summed_divergence(start: torch.Tensor, now: torch.Tensor) -> torch.Tensor:
    """KL(start || now) of logits, shape (prompts, vocabulary), in nats, summed over the prompts.

    In `now` its gradient is q - p, written so: where nothing has moved it is 0 to the last bit. That of the
    formula would be rounding, which Adam scales up in weights that nothing else moves.
    """
    p, q = (torch.log_softmax(logits, dim=-1) for logits in (start, now.detach()))
    slope = (now * (q.exp() - p.exp())).sum()
    return (p.exp() * (p - q)).sum() + slope - slope.detach()


def first_logits(model: nn.Module, prompts: Sequence[list[int]], device: torch.device) -> torch.Tensor:
    """Logits of the token after each prompt, shape (prompts, vocabulary).

    One pass; `model` takes packed lines. Raises WidebandError for one that passes them over.
    """
    # Each as a rollout whose completion is one token, whichever: what predicts it is wanted.
    ids, positions, _, sequences, places = tree_line([(prompt, prompt[-1:]) for prompt in prompts], device)
    line, where, wanted = (torch.tensor(values, device=device) for values in (ids, positions, places))
    logits = model(
        input_ids=line[None],
        # Handed on as it is, having four dimensions: no mask of tokens by tokens is built.
        attention_mask=line.new_ones(1, 1, 1, 1, dtype=torch.bool),
        position_ids=where[None],
        use_cache=False,
        logits_to_keep=wanted,
        sequences=sequences,
    ).logits[0]
    if sequences.layers == 0:
        raise WidebandError(
            f"{type(model).__name__}: its attention is neither full nor sliding-window, or not sdpa; such "
            "models cannot be trained with `retain`"
        )
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def keep_start(policy: PeftModel) -> None:
    """Keep a frozen copy of the policy's adapter beside it, as TRL does for an anchor of its own."""
    policy.add_adapter(START, policy.peft_config["default"])
    for name, parameter in policy.named_parameters():
        if ".default." in name:
            policy.get_parameter(name.replace(".default.", f".{START}.")).data.copy_(parameter.data)
