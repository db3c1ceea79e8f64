"""Decoding with a real model: independent rollouts, the model's own distribution, stops and lengths."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import chi2_contingency, chisquare
from tiny_policy import BASE

from wideband.sampling.batch import Batch
from wideband.sampling.requests import Completion, Request, Settings
from wideband.sampling.transformers_engine import ContextError, TransformersEngine

PROMPTS = [
    f"Q: {text}\n"
    for text in ("What is 2 + 3?", "Tom has 12 pens and buys 30 more. How many now?", "x", "x" * 60)
]
OPEN = Settings(1.0, 24, ())


@pytest.fixture
def sample(model: Any, tokenizer: Any) -> Callable[..., list[Completion]]:
    """Sample requests in batches of a size."""

    def sampled(requests: list[Request], settings: Settings = OPEN, batch: int = 64) -> list[Completion]:
        return TransformersEngine(model, tokenizer, batch).sample(requests, settings)

    return sampled


def requests(count: int = 6) -> list[Request]:
    return [Request(prompt, 1000 + 7 * seed) for prompt in PROMPTS for seed in range(count)]


@torch.no_grad()
def next_logits(model: Any, ids: list[int]) -> torch.Tensor:
    return model(torch.tensor([ids])).logits[0]


@pytest.fixture(scope="module")
def whole(model: Any, tokenizer: Any) -> list[Completion]:
    """All requests, sampled at once."""
    return TransformersEngine(model, tokenizer, 64).sample(requests(), OPEN)


@pytest.mark.parametrize(("batch", "seeds"), [(1, 2), (3, 4), (24, 6)])
def test_a_rollout_does_not_depend_on_batch_size(
    sample: Any, whole: list[Completion], batch: int, seeds: int
) -> None:
    every = dict(zip(requests(), _ids(whole), strict=True))
    asked = requests(seeds)
    assert _ids(sample(asked, batch=batch)) == [every[request] for request in asked]


def test_a_rollout_does_not_depend_on_order_or_neighbours(sample: Any, whole: list[Completion]) -> None:
    every = dict(zip(requests(), _ids(whole), strict=True))
    mixed = random.Random(3).sample(requests(), 11)
    assert _ids(sample(mixed)) == [every[request] for request in mixed]


def test_rollouts_of_one_prompt_differ_by_seed_and_repeat_by_seed(sample: Any) -> None:
    ids = _ids(sample([Request(PROMPTS[0], seed) for seed in (1, 2, 3, 1)]))
    assert ids[0] == ids[3]
    assert len(set(ids)) == 3


def test_greedy_equals_generate(sample: Any, model: Any, tokenizer: Any) -> None:
    ours = sample([Request(prompt, 1) for prompt in PROMPTS], Settings(0.0, 40, ()))
    for prompt, completion in zip(PROMPTS, ours, strict=True):
        ids = tokenizer(prompt, return_tensors="pt")
        theirs = model.generate(**ids, do_sample=False, max_new_tokens=40)[0, ids["input_ids"].shape[1] :]
        assert list(completion.token_ids) == theirs.tolist()


@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_first_tokens_follow_the_models_softmax(
    sample: Any, model: Any, tokenizer: Any, temperature: float
) -> None:
    count, prompt = 4000, PROMPTS[1]
    drawn = sample([Request(prompt, seed) for seed in range(count)], Settings(temperature, 1, ()), 4000)
    seen = np.bincount([completion.token_ids[0] for completion in drawn], minlength=BASE.vocabulary)
    logits = next_logits(model, tokenizer.encode(prompt))[-1].double().numpy()
    assert _fit(seen, logits / temperature) > 1e-3
    # The test must notice a distribution that is off.
    assert _fit(seen, logits / (temperature * 1.5)) < 1e-6


def test_rollouts_are_distributed_as_those_of_generate(sample: Any, model: Any, tokenizer: Any) -> None:
    """Second tokens, drawn by both after a first of their own; few slots, so that sequences take turns."""
    count = 2000
    ours = sample([Request(PROMPTS[0], seed) for seed in range(count)], Settings(0.5, 2, ()), 500)
    ids = tokenizer(PROMPTS[0], return_tensors="pt")
    torch.manual_seed(3)
    theirs = model.generate(
        **ids, do_sample=True, top_k=0, temperature=0.5, max_new_tokens=2, num_return_sequences=count
    )[:, ids["input_ids"].shape[1] :]
    expected = _seconds(theirs.tolist())
    assert _same(_seconds([each.token_ids for each in ours]), expected) > 1e-3
    # The test must notice another temperature.
    other = sample([Request(PROMPTS[0], seed) for seed in range(count)], Settings(1.0, 2, ()), 500)
    assert _same(_seconds([each.token_ids for each in other]), expected) < 1e-6


def _seconds(rows: list) -> np.ndarray:
    """Counts of second tokens; a row that ended before counts as end of text."""
    return np.bincount([row[1] if len(row) > 1 else 0 for row in rows], minlength=BASE.vocabulary)


def _same(left: np.ndarray, right: np.ndarray) -> float:
    both = left + right
    rare = both < 10
    table = [np.append(counts[~rare], counts[rare].sum()) for counts in (left, right)]
    return chi2_contingency(table).pvalue


def test_waiting_requests_take_the_place_of_finished_ones(
    sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ragged lengths cost what they are: the steps of 24 sequences in 6 slots, against four full batches."""
    stop = Settings(1.0, 24, ("e",))
    lengths = [each.tokens for each in sample(requests(), stop)]
    rows = _rows_of_steps(monkeypatch)
    sample(requests(), stop, batch=6)
    assert len(set(lengths)) > 4
    assert max(rows) == 6
    assert len(rows) < sum(max(lengths[start : start + 6]) for start in range(0, 24, 6))


def test_what_rollouts_of_a_prompt_have_in_common_is_computed_once(
    sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = Settings(0.3, 8, ())
    asked = [Request(PROMPTS[0], seed) for seed in range(60)]
    alone = [sample([request], cold)[0].token_ids for request in asked]
    rows = _rows_of_steps(monkeypatch)
    assert _ids(sample(asked, cold)) == alone
    assert sum(rows) == len({ids[:end] for ids in alone for end in range(len(ids))})
    assert sum(rows) < sum(map(len, alone))


def _rows_of_steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Will hold how many sequences each decoding step computes."""
    rows, logits = [], Batch.logits
    monkeypatch.setattr(Batch, "logits", lambda batch, model: rows.append(batch.size) or logits(batch, model))
    return rows


def _fit(seen: np.ndarray, logits: np.ndarray) -> float:
    expected = np.exp(logits - logits.max())
    expected *= seen.sum() / expected.sum()
    rare = expected < 5
    pooled = [np.append(counts[~rare], counts[rare].sum()) for counts in (seen, expected)]
    return chisquare(*pooled).pvalue


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_logprob_is_that_of_a_teacher_forced_pass(
    sample: Any, model: Any, tokenizer: Any, temperature: float
) -> None:
    for request, done in zip(requests(2), sample(requests(2), Settings(temperature, 24, ())), strict=True):
        prompt = tokenizer.encode(request.prompt)
        logits = next_logits(model, [*prompt, *done.token_ids])[len(prompt) - 1 : -1]
        logprobs = torch.log_softmax(logits / temperature, -1).gather(1, torch.tensor([done.token_ids]).T)
        assert done.logprob == pytest.approx(logprobs.sum().item(), abs=1e-4)


def test_a_completion_of_full_length_says_length(sample: Any) -> None:
    done = sample([Request(PROMPTS[0], seed) for seed in range(8)])
    full = [each for each in done if each.tokens == OPEN.max_tokens]
    assert full
    assert {each.finish_reason for each in full} == {"length"}
    assert all(each.tokens == len(each.token_ids) for each in done)


def test_a_stop_of_one_token_ends_the_rollout_and_is_stripped(
    sample: Any, whole: list[Completion], tokenizer: Any
) -> None:
    stop = tokenizer.decode([whole[0].token_ids[5]])
    assert len(tokenizer.encode(stop)) == 1
    _check_stopped(sample, whole, stop, tokenizer)


def test_a_stop_of_several_tokens_ends_the_rollout_and_is_stripped(
    sample: Any, whole: list[Completion], tokenizer: Any
) -> None:
    stop = _several_tokens(whole, tokenizer)
    _check_stopped(sample, whole, stop, tokenizer)


def _several_tokens(whole: list[Completion], tokenizer: Any) -> str:
    """Text of three adjoining tokens somewhere inside a completion."""
    for done in whole:
        text = tokenizer.decode(list(done.token_ids[6:9]))
        if "\ufffd" not in text and len(tokenizer.encode(text)) > 1 and text in done.text:
            return text
    raise AssertionError("no rollout has three readable tokens in a row; change the prompts")


def _check_stopped(sample: Any, whole: list[Completion], stop: str, tokenizer: Any) -> None:
    """With the stop every rollout is the same up to it, and the others are untouched."""
    stopped = sample(requests(), Settings(1.0, 24, (stop,)))
    hit = 0
    for before, after in zip(whole, stopped, strict=True):
        assert after.token_ids == before.token_ids[: after.tokens]
        if stop in before.text:
            hit += 1
            assert (after.finish_reason, after.text) == ("stop", before.text.split(stop)[0])
            assert stop in tokenizer.decode(list(after.token_ids))
        else:
            assert (after.token_ids, after.text) == (before.token_ids, before.text)
    assert hit


def test_a_prompt_that_leaves_too_little_context_is_an_error(sample: Any) -> None:
    long = "x y " * 100
    said = "max_tokens 200 exceed the model's context of 256: lower max_tokens"
    with pytest.raises(ContextError, match=said):
        sample([Request(PROMPTS[0], 1), Request(long, 1)], Settings(1.0, 200, ()))


def _ids(completions: list[Completion]) -> list[tuple[int, ...]]:
    return [completion.token_ids for completion in completions]
