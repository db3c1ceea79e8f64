"""Sliding windows and sinks: packed lines and sampling give what transformers' own passes give."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from test_likelihood_laws import QUESTIONS, per_option
from test_training_packing import COMPLETION, padded
from test_training_targets import ITEM, LAW, along_paths
from tiny_policy import LORA
from transformers import PreTrainedModel
from windowed_models import NAMES, WINDOW, windowed

from wideband.likelihood import laws
from wideband.policy.load import adapted_tensors, trainable_policy
from wideband.policy.packed_attention import Sequences, take_packed
from wideband.policy.packed_tries import Tries
from wideband.sampling.requests import Request, Settings
from wideband.sampling.transformers_engine import TransformersEngine
from wideband.training import packing
from wideband.training.target_items import labels_of_law
from wideband.training.target_trainer import packed_loss

BEGUN = "A colour: red. A number: 7. "


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest, tokenizer: Any) -> PreTrainedModel:
    return windowed(request.param, len(tokenizer))


def test_laws_are_those_of_one_pass_per_option(model: PreTrainedModel, tokenizer: Any) -> None:
    before = model.config._attn_implementation
    begun = [replace(QUESTIONS[1], prompt=BEGUN + end) for end in ("A bird:", "The next colour? ")]
    for questions in (QUESTIONS[:2], begun):
        assert min(len(tokenizer.encode(each.prompt)) for each in questions) > WINDOW
        for law, question in zip(laws(model, tokenizer, questions), questions, strict=True):
            expected = per_option(model, tokenizer, question)
            assert np.ptp(expected) > 1
            np.testing.assert_allclose(law.logprobs, expected, rtol=0, atol=1e-5)
    assert model.config._attn_implementation == before


def rollouts(vocabulary: int) -> list[tuple[list[int], list[int]]]:
    """Rollouts of two prompts that begin alike, some of which end sooner."""
    draw = torch.Generator().manual_seed(7)
    begun, *ends = (torch.randint(3, vocabulary, (length,), generator=draw).tolist() for length in (9, 5, 3))
    short = torch.randint(3, 6, (6, 7), generator=draw).tolist()
    return [([*begun, *ends[row % 2]], own[: 7 - row % 3]) for row, own in enumerate(short)]


@pytest.mark.parametrize("copies", [0, 100])
@torch.no_grad()
def test_packed_rollouts_have_the_logits_of_a_pass_for_each(
    model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch, copies: int
) -> None:
    monkeypatch.setattr(packing, "COPIES", copies)
    batch = rollouts(model.config.get_text_config().vocab_size)
    expected = torch.cat(
        [model(torch.tensor([p + own])).logits[0, len(p) - 1 : -1].log_softmax(-1) for p, own in batch]
    )
    packed = packing.pack(*padded(batch), COMPLETION)
    assert isinstance(packed.sequences, Sequences if copies else Tries)
    assert take_packed(model)
    mask = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    where = {"position_ids": packed.positions, "sequences": packed.sequences}
    output = model(packed.ids, attention_mask=mask, **where)
    found = output.logits[0, packed.source].log_softmax(-1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    # Passes that are not packed stay what they were.
    plain = model(torch.tensor([batch[0][0] + batch[0][1]])).logits[0, len(batch[0][0]) - 1 : -1]
    torch.testing.assert_close(plain.log_softmax(-1), expected[: len(plain)], rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_training_on_targets_has_the_loss_and_gradient_of_a_pass_per_prefix(
    name: str, tokenizer: Any, tmp_path: Path
) -> None:
    windowed(name, len(tokenizer)).save_pretrained(tmp_path)
    policy = trainable_policy(tmp_path, None, LORA, "float32", 5).eval()
    assert not any("vision" in tensor for tensor in adapted_tensors(policy))
    with torch.no_grad():
        for tensor in adapted_tensors(policy):
            policy.get_parameter(tensor).normal_(std=0.1)
    item = replace(ITEM, prompt=[*range(20, 29), *ITEM.prompt])
    weights = [policy.get_parameter(tensor) for tensor in adapted_tensors(policy)]
    due_loss = along_paths(policy, item, LAW, tokenizer.eos_token_id, True)
    due = torch.autograd.grad(due_loss, weights)
    assert take_packed(policy.get_base_model())
    loss = packed_loss(
        policy, [(item, labels_of_law(item, LAW, True))], tokenizer.eos_token_id, policy.device
    )
    assert loss.item() == pytest.approx(due_loss.item(), abs=1e-5)
    for found, expected in zip(torch.autograd.grad(loss, weights), due, strict=True):
        assert expected.abs().max() > 0
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_sampled_answers_have_the_probabilities_of_transformers_own_passes(
    model: PreTrainedModel, tokenizer: Any
) -> None:
    requests = [Request(prompt, seed) for prompt in ("Q: 1\n", f"{BEGUN}{BEGUN}Why?") for seed in range(3)]
    done = TransformersEngine(model, tokenizer, 4).sample(requests, Settings(1.0, 3 * WINDOW, ()))
    for request, completion in zip(requests, done, strict=True):
        prompt, own = tokenizer.encode(request.prompt), list(completion.token_ids)
        with torch.no_grad():
            logits = model(torch.tensor([prompt + own])).logits[0, len(prompt) - 1 : -1]
        logprobs = logits.log_softmax(-1).gather(1, torch.tensor(own)[:, None])
        assert completion.logprob == pytest.approx(logprobs.sum().item(), abs=1e-4)
    assert max(len(each.token_ids) for each in done) > 2 * WINDOW
