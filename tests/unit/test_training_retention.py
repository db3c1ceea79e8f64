"""An anchor on other prompts: the divergence that a pass per prompt gives; training is held back there."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_policy import LORA, RETAINED, tiny_training

from wideband.config.training import Retain
from wideband.policy.base import load_model
from wideband.policy.load import trainable_policy
from wideband.policy.packed_attention import take_packed
from wideband.training.retention import START, Retention, first_logits, keep_start, summed_divergence

ALL = Retain(slice="others", prompts=len(RETAINED))


@pytest.fixture(scope="module")
def prompts(tokenizer: Any) -> list[list[int]]:
    """Token ids of prompts, some of which begin alike; one of them is a single token."""
    found = [tokenizer.encode(each) for each in RETAINED]
    assert min(map(len, found)) == 1
    return found


@pytest.fixture(scope="module")
def moved(tiny_base: Path) -> Any:
    """The tiny mixture of experts in fp64, whose adapter is no longer where it started, nor zero there."""
    policy = trainable_policy(tiny_base, None, LORA, "float32", 5).double()
    draw = torch.Generator().manual_seed(3)

    def move() -> None:
        with torch.no_grad():
            for name, parameter in policy.named_parameters():
                if ".default." in name and "lora_B" in name:
                    parameter.add_(torch.randn(parameter.shape, generator=draw, dtype=torch.float64) / 4)

    move()
    keep_start(policy)
    move()
    take_packed(policy.get_base_model())
    return policy


def plain(policy: Any, prompts: list[list[int]]) -> torch.Tensor:
    """The mean divergence by two passes for each prompt."""
    found = []
    for prompt in prompts:
        ids = torch.tensor([prompt])
        policy.set_adapter(START)
        with torch.no_grad():
            start = torch.log_softmax(policy(input_ids=ids, use_cache=False).logits[0, -1], -1)
        policy.set_adapter("default")
        now = torch.log_softmax(policy(input_ids=ids, use_cache=False).logits[0, -1], -1)
        found.append((start.exp() * (start - now)).sum())
    return sum(found) / len(found)


@pytest.mark.parametrize("parts", [1, 2, 8])
def test_value_and_gradient_are_those_of_passes_for_each_prompt(
    moved: Any, prompts: list[list[int]], parts: int
) -> None:
    """Whoever shares the prompts of a step, and however many of them come out with none."""
    retention = Retention(prompts, ALL, seed=5)
    weights = [each for name, each in moved.named_parameters() if ".default." in name]
    split = sum(retention.divergence(moved, moved, 2, part, parts) for part in range(parts)) / parts
    gradient = torch.autograd.grad(split, weights)
    whole = plain(moved, prompts)
    assert whole.item() > 0.01
    assert split.item() == pytest.approx(whole.item(), abs=1e-6)
    due = torch.autograd.grad(whole, weights)
    assert max(float((a - b).abs().max()) for a, b in zip(gradient, due, strict=True)) < 1e-6
    assert max(float(each.abs().max()) for each in due) > 1e-3


def test_at_the_start_nothing_diverges_and_the_kept_copy_is_not_trained(
    tiny_base: Path, prompts: list[list[int]]
) -> None:
    policy = trainable_policy(tiny_base, None, LORA, "float32", 5)
    trained = [name for name, each in policy.named_parameters() if each.requires_grad]
    keep_start(policy)
    take_packed(policy.get_base_model())
    kl = Retention(prompts, ALL, 5).divergence(policy, policy, 0, 0, 1)
    kl.backward()
    assert float(kl) == 0
    # Not even rounding, which Adam would scale up.
    assert all(not each.grad.any() for each in policy.parameters() if each.grad is not None)
    assert [name for name, each in policy.named_parameters() if each.requires_grad] == trained


def test_each_step_draws_prompts_of_its_own_and_none_twice(prompts: list[list[int]]) -> None:
    retention = Retention(prompts, Retain(slice="others", prompts=3), seed=5)
    steps = [retention.drawn(step) for step in range(6)]
    assert all(len({tuple(each) for each in drawn}) == 3 for drawn in steps)
    assert len({tuple(map(tuple, drawn)) for drawn in steps}) > 1
    assert steps == [
        Retention(prompts, Retain(slice="others", prompts=3), 5).drawn(step) for step in range(6)
    ]
    assert len(Retention(prompts, Retain(slice="others", prompts=99), 5).drawn(0)) == len(prompts)


def test_training_moves_other_answers_less(tiny_base: Path, tmp_path: Path, prompts: list[list[int]]) -> None:
    base = load_model(tiny_base).eval()
    take_packed(base)
    with torch.no_grad():
        start = first_logits(base, prompts, base.device)
    apart = {}
    for name, stage in {"free": {}, "held": {"retain": ALL.model_dump() | {"weight": 20.0}}}.items():
        trainer = tiny_training(tiny_base, tmp_path / name, 4, **stage)
        with torch.no_grad():
            now = first_logits(trainer.model.eval(), prompts, base.device)
        apart[name] = float(summed_divergence(start, now))
        logged = [each["retained_kl"] for each in trainer.state.log_history if "retained_kl" in each]
        assert bool(logged) == bool(stage)
    assert 0 < apart["held"] < apart["free"] / 2
    assert logged[0] == pytest.approx(0, abs=1e-6) and min(logged[1:]) > 0
