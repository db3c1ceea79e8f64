"""Log-probabilities of packed rollouts: TRL's own, whatever the lengths, and the same gradients."""

from pathlib import Path
from unittest import mock

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_policy import tiny_training

from wideband.errors import WidebandError
from wideband.policy.base import load_model
from wideband.policy.packed_attention import Sequences, take_packed
from wideband.policy.packed_tries import Tries
from wideband.policy.windows import layer_kinds
from wideband.training import packing
from wideband.training.packing import IGNORED, pack
from wideband.training.trainer import PackedTrainer, packed_scores

Rollouts = list[tuple[list[int], list[int]]]
COMPLETION = 7

ids = st.integers(3, 300)
prompts = st.lists(st.lists(ids, min_size=1, max_size=6), min_size=1, max_size=3)


@st.composite
def rollouts(draw: st.DrawFn) -> Rollouts:
    """Prompts of one to six tokens, several rollouts of some of them, completions of zero to seven tokens."""
    chosen = st.sampled_from(draw(prompts))
    one = st.tuples(chosen, st.lists(ids, max_size=COMPLETION))
    return draw(st.lists(one, min_size=1, max_size=6))


def padded(batch: Rollouts) -> tuple[torch.Tensor, torch.Tensor]:
    """TRL's layout: prompts padded on the left, completions on the right; token ids and mask."""
    widest = max(len(prompt) for prompt, _ in batch)
    rows = [
        ([0] * (widest - len(p)) + p + c + [0] * (COMPLETION - len(c)), widest - len(p), len(p) + len(c))
        for p, c in batch
    ]
    mask = [[int(left <= column < left + n) for column in range(widest + COMPLETION)] for _, left, n in rows]
    return torch.tensor([row for row, _, _ in rows]), torch.tensor(mask)


@pytest.fixture(scope="module")
def trainer(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> PackedTrainer:
    """A trainer whose policy has an adapter that changes something."""
    return tiny_training(tiny_base, tmp_path_factory.mktemp("state"), steps=2)


def scored(trainer: PackedTrainer, batch: Rollouts, packs: bool) -> list[torch.Tensor]:
    """Log-probabilities, entropies, and the gradients of a weighted sum of the former."""
    trainer.packs = packs
    ids, mask = padded(batch)
    trainer.model.zero_grad()
    logps, entropies, _ = trainer._get_per_token_logps_and_entropies(
        trainer.model, ids, mask, COMPLETION, compute_entropy=True
    )
    weights = torch.randn(logps.shape, generator=torch.Generator().manual_seed(3))
    (logps * weights * mask[:, -COMPLETION:]).sum().backward()
    trained = [value for value in trainer.model.parameters() if value.requires_grad]
    return [logps.detach(), entropies.detach(), *(value.grad for value in trained)]


@settings(max_examples=25, deadline=None)
@given(rollouts())
def test_scores_and_gradients_are_those_of_the_padded_batch(trainer: PackedTrainer, batch: Rollouts) -> None:
    ours, theirs = scored(trainer, batch, packs=True), scored(trainer, batch, packs=False)
    for mine, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-4, atol=1e-5)


@st.composite
def answers(draw: st.DrawFn) -> Rollouts:
    """Many short completions, most of them alike, behind up to three prompts that may begin alike."""
    begun = st.sampled_from(([], draw(st.lists(ids, min_size=1, max_size=40))))
    prompts = st.builds(list.__add__, begun, st.lists(ids, min_size=1, max_size=20))
    chosen = st.sampled_from(draw(st.lists(prompts, min_size=1, max_size=3)))
    few = st.lists(st.integers(3, 5), max_size=3)
    return draw(st.lists(st.tuples(chosen, few), min_size=1, max_size=40))


@settings(max_examples=25, deadline=None)
@given(answers())
def test_short_answers_behind_long_prompts_score_as_the_padded_batch(
    trainer: PackedTrainer, batch: Rollouts
) -> None:
    with mock.patch.object(packing, "COPIES", 0):
        ours = scored(trainer, batch, packs=True)
    theirs = scored(trainer, batch, packs=False)
    for mine, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-4, atol=1e-5)


def test_what_short_answers_begin_with_stands_in_the_line_once() -> None:
    prompt = list(range(10, 60))
    batch = [(prompt, [3, 4, 5]), (prompt, [3, 4, 6]), (prompt, [3])] * 8
    packed = pack(*padded(batch), COMPLETION)
    assert isinstance(packed.sequences, Tries)
    assert packed.ids[0].tolist() == [*prompt, 3, 4, 4]
    assert packed.labels[0, len(prompt) - 1 :].tolist() == [3, 4, 5, 6]


def test_what_prompts_begin_with_stands_in_the_line_once() -> None:
    begun = list(range(10, 60))
    batch = [([*begun, 70, 71], [3, 4]), ([*begun, 80], [3]), ([*begun, 70, 71], [5])] * 8
    packed = pack(*padded(batch), COMPLETION)
    # Behind the beginning each node of the trie of 70 71 3 4, 70 71 5 and 80 3 is led to once.
    assert packed.ids[0].tolist() == [*begun, 70, 71, 3, 71, begun[-1], 80]
    assert sorted(packed.labels[packed.labels != IGNORED].tolist()) == [3, 3, 4, 5]


@given(rollouts())
def test_a_line_holds_each_prompt_once_and_no_padding(batch: Rollouts) -> None:
    packed = pack(*padded(batch), COMPLETION)
    distinct = {tuple((p + c)[: len(p) - 1]) for p, c in batch}
    assert packed.ids.shape[1] == sum(map(len, distinct)) + sum(max(1, len(c)) for _, c in batch)
    labels = packed.labels[packed.labels != IGNORED].tolist()
    assert labels == [token for _, completion in batch for token in completion]


def test_a_micro_batch_may_be_scored_in_parts(trainer: PackedTrainer) -> None:
    trainer.packs = True
    ids, mask = padded([([5, 6, 7], [8, 9]), ([5, 6, 7], [9]), ([4], [8, 8, 8])])
    with torch.no_grad():
        whole, parts = (
            trainer._get_per_token_logps_and_entropies(trainer.model, ids, mask, COMPLETION, batch_size=size)[
                0
            ]
            for size in (None, 2)
        )
    torch.testing.assert_close(whole, parts)


def test_recomputed_activations_give_the_same_gradients(
    trainer: PackedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    attended = Sequences.attended
    monkeypatch.setattr(Sequences, "attended", lambda *each: asked.append(1) or attended(*each))
    batch = [([5, 6, 7], [8, 9]), ([5, 6, 7], [9]), ([4], [8, 8, 8])]
    kept = scored(trainer, batch, packs=True)
    once = len(asked)
    trainer.model.train().gradient_checkpointing_enable({"use_reentrant": False})
    try:
        recomputed = scored(trainer, batch, packs=True)
    finally:
        trainer.model.gradient_checkpointing_disable()
    assert len(asked) == 3 * once, "one pass without, two with"
    for mine, expected in zip(recomputed, kept, strict=True):
        torch.testing.assert_close(mine, expected)


def test_in_bf16_scores_and_gradients_are_as_near_to_those_of_fp32_as_the_padded_batch_s(
    trainer: PackedTrainer,
) -> None:
    draw = torch.Generator().manual_seed(5)
    prompt = torch.randint(3, 300, (6,), generator=draw).tolist()
    batch = [
        (prompt[: 3 + row % 3], torch.randint(3, 300, (row,), generator=draw).tolist()) for row in range(8)
    ]
    exact = scored(trainer, batch, packs=True)
    with torch.autocast("cpu", torch.bfloat16):
        ours, theirs = (scored(trainer, batch, packs) for packs in (True, False))
    assert not torch.equal(ours[0], exact[0])
    off = [
        [(got - right).norm().item() for got, right in zip(each, exact, strict=True)]
        for each in (ours, theirs)
    ]
    size = [right.norm().item() for right in exact]
    assert all(mine < 3 * padded + 1e-6 for mine, padded in zip(*off, strict=True)), off
    assert all(mine < 0.1 * whole + 1e-6 for mine, whole in zip(off[0], size, strict=True)), (off, size)


def test_a_policy_that_looks_back_in_another_way_is_left_as_it_is(tiny_base: Path) -> None:
    model = load_model(tiny_base)
    model.config.layer_types = ["chunked_attention"] * model.config.num_hidden_layers
    model.config.attention_chunk_size = 4
    assert layer_kinds(model) is None
    assert not take_packed(model)
    assert model.config._attn_implementation == "sdpa"


def test_a_model_that_keeps_the_sequences_from_its_attention_is_refused(trainer: PackedTrainer) -> None:
    def deaf(sequences: object, **inputs: object) -> object:
        return trainer.model(**inputs)

    with pytest.raises(WidebandError, match="attention"):
        packed_scores(deaf, *padded([([5, 6], [7])]), COMPLETION)
