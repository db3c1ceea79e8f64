"""Sharing a slice over workers: the same rollouts, to the last bit, however many share."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from wideband.config.policy import Sampling
from wideband.policy.base import load_tokenizer
from wideband.sampling.context import ContextError
from wideband.sampling.open import open_engine
from wideband.sampling.partial_completions import PartialCompletions
from wideband.sampling.requests import Completion, Request, Settings
from wideband.sampling.workers import Servers, batches, gpus_of

SETTINGS = Settings(temperature=1.0, max_tokens=12, stop=())
REQUESTS = [Request(f"{'word ' * (n % 5)}{n}?", seed=10 * n + k) for n in range(7) for k in range(3)]


def sampled(base: Path, workers: int) -> list[Completion]:
    settings = Sampling(batch_size=2)
    with open_engine(settings, base, None, load_tokenizer(base), threads=1, workers=workers) as engine:
        return engine.sample(REQUESTS, SETTINGS)


def test_two_workers_sample_what_one_samples(tiny_base: Path) -> None:
    assert sampled(tiny_base, 2) == sampled(tiny_base, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_prompt_without_room_for_its_completion_is_told_before_any_is_sampled(
    tiny_base: Path, tmp_path: Path, workers: int
) -> None:
    tokenizer, kept = load_tokenizer(tiny_base), PartialCompletions(tmp_path)
    long = Request("word " * 250, 1)
    with (
        open_engine(Sampling(batch_size=2), tiny_base, None, tokenizer, 1, workers, kept) as engine,
        pytest.raises(ContextError, match=r"exceed the model's context of 256: lower max_tokens .*word "),
    ):
        engine.sample([*REQUESTS, long], SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_every_request_is_in_one_batch(tiny_base: Path) -> None:
    rows = [row for batch in batches(REQUESTS, load_tokenizer(tiny_base), 4) for row in batch]
    assert sorted(rows) == list(range(len(REQUESTS)))


class Echo:
    """An engine that answers with the prompt and its own number."""

    name = "echo"
    tokenizer = context = None

    def __init__(self, number: int) -> None:
        self.number, self.prompts = number, []

    def submit(self, request: Request, settings: Settings) -> Future[Completion]:
        self.prompts.append(request.prompt)
        answer: Future[Completion] = Future()
        answer.set_result(Completion(request.prompt, (), request.seed, 0, "stop", 0.0))
        return answer


def test_servers_share_by_prompt_and_answer_in_order() -> None:
    engines = [Echo(0), Echo(1), Echo(2)]
    answers = Servers(engines).sample(REQUESTS, SETTINGS)
    assert [(answer.text, answer.tokens) for answer in answers] == [(r.prompt, r.seed) for r in REQUESTS]
    owners = [{engine.number for engine in engines if r.prompt in engine.prompts} for r in REQUESTS]
    assert {len(owner) for owner in owners} == {1}
    assert all(engine.prompts for engine in engines)


def test_workers_see_gpus_of_their_own(monkeypatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    assert [gpus_of(worker, 2) for worker in (0, 1)] == ["0,1", "2,3"]
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert gpus_of(0, 2) is None
