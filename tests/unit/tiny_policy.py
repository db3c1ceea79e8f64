"""A tiny real policy for the tests: Qwen3-MoE of 2 layers and 4 experts, random weights, own tokenizer."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd
import torch
from blake3 import blake3
from transformers import PreTrainedTokenizerFast, Qwen3MoeForCausalLM, TrainerCallback
from trl import GRPOTrainer

from wideband.config.policy import Lora, MicroBase
from wideband.config.training import Grpo, Trainer
from wideband.policy.base import load_tokenizer
from wideband.policy.corpus import texts
from wideband.policy.load import trainable_policy
from wideband.policy.micro import build, train_tokenizer
from wideband.scaffolds import get
from wideband.training.grpo import Run, train
from wideband.training.reward_function import items

TEMPLATE = "Q: {problem}\n"
BASE = MicroBase(
    name="tiny",
    hidden_size=32,
    layers=2,
    heads=4,
    kv_heads=2,
    experts=4,
    expert_size=16,
    vocabulary=320,
    context=256,
)
LORA = Lora(rank=2, alpha=4)
PROBLEMS = pd.DataFrame(
    {
        "uid": [f"p{index}" for index in range(6)],
        "source": ["a", "b", "b", "c", "c", "c"],
        "problem": [f"What is {index} + {index}?" for index in range(6)],
        "gold": [str(2 * index) for index in range(6)],
        "task": "math",
    }
)

# Prompts of another kind, some of which begin alike.
RETAINED = ("Q: Pick a tree.\n", "Q: Pick a bird.\n", "Any letter? ", "A", "Q: Pick a day.\n")


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer trained on 200 generated documents."""
    sample = islice(texts(dict.fromkeys(("panel", "think", "plain"), TEMPLATE), 1, 0.3), 200)
    return train_tokenizer((a + b for a, b in sample), BASE.vocabulary, BASE.context)


def tiny_model(tokenizer: PreTrainedTokenizerFast) -> Qwen3MoeForCausalLM:
    """Random weights, widened: at their usual size the logits hardly depend on the context."""
    model = build(BASE, tokenizer).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(8)
    return model


class Killed(Exception):
    """The end of a training run that a test wanted to end."""


class MarkedByText:
    """Rewards that vary within every group, since a random policy is never right; can fail at one call."""

    __name__ = "wideband"

    def __init__(self, group_size: int, fail_at: int | None = None) -> None:
        self.calls, self.group_size, self.fail_at = 0, group_size, fail_at
        self.items = items(PROBLEMS, partial(get("think").text, TEMPLATE))

    def dull(self, prompts: Sequence[str], completions: Sequence[str]) -> list[int]:
        """Half of the problems are never solved, the others now and then."""
        right = [
            int(self.items[prompt].asked.gold) % 4 == 2 and blake3(text.encode()).digest()[0] % 2 == 1
            for prompt, text in zip(prompts, completions, strict=True)
        ]
        groups = [right[start : start + self.group_size] for start in range(0, len(right), self.group_size)]
        return [index for index, group in enumerate(groups) if len(set(group)) == 1]

    def __call__(
        self,
        completions: Sequence[str],
        log_metric: Callable[[str, float], None],
        sampled_rollouts: Sequence[int],
        **_: object,
    ) -> list[float]:
        """A number between 0 and 1 out of each completion's text."""
        self.calls += 1
        if self.calls == self.fail_at:
            raise Killed
        for name in ("correct", "valid", "tag_valid", "undecided", "groups_zero_variance"):
            log_metric(name, 0.0)
        log_metric("sampled_rollouts", sampled_rollouts[0])
        return [blake3(text.encode()).digest()[0] / 255 for text in completions]


def tiny_training(
    base: Path,
    state: Path,
    steps: int | None = 4,
    fail_at: int | None = None,
    adapter: Path | None = None,
    trainer: dict[str, object] | None = None,
    trackers: Sequence[TrainerCallback] = (),
    **stage: object,
) -> GRPOTrainer:
    """Train the tiny policy, or go on with `adapter`, with a save after every step.

    Raises Killed in step `fail_at`.
    """
    settings = {"groups": 2, "group_size": 4, "max_tokens": 8, "lr": 1e-2, "seed": 5} | stage
    settled = Trainer.model_validate({"save_every": 1} | (trainer or {}))
    policy = partial(trainable_policy, base, adapter, LORA, settled.dtype, settings["seed"])
    run = Run(
        Grpo(slice="tiny", steps=steps, **settings),
        settled,
        get("think").stop,
        partial(get("think").text, TEMPLATE),
        state,
        RETAINED,
        trackers,
    )
    rewards = MarkedByText(settings["group_size"], fail_at)
    return train(policy, load_tokenizer(base), PROBLEMS, rewards, run)
