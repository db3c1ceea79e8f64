"""Exact laws by a server: those of this process, out of what a server says of single prefixes."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tiny_policy import BASE, tiny_model

from wideband.likelihood import Question, laws
from wideband.likelihood import server as served
from wideband.likelihood.server import requests, server_laws
from wideband.sampling.vllm_engine import ServerError
from wideband.spaces import answer_space, prefix_trie

NUMBERS = answer_space("numbers", "number", [str(number) for number in range(1, 1001, 7)])
WORDS = answer_space("words", "word", ["red", "reddish", "green", "blue green", "black", "b"])
QUESTIONS = [
    Question("Q: Pick a number.\nA:", NUMBERS, " "),
    Question("Q: Any colour.\nA:", WORDS),
    Question("Tell a tale.", None),
]


class Answering:
    """An engine whose server answers with this process's own log-probabilities, as vLLM writes them."""

    url, model = "http://here", "tiny"

    def __init__(self, policy: Any) -> None:
        self.policy, self.pool, self.asked = policy, ThreadPoolExecutor(1), []
        # What the server leaves out of each answer, and how it names a token.
        self.withheld: int | None = None
        self.named = "token_id:{}"

    def answer(self, prompt: list[list[int]], temperature: float, **asked: Any) -> Any:
        """The completions of token ids, in another order than they were asked in."""
        self.asked.append({"prompt": prompt, **asked})
        return SimpleNamespace(
            choices=[self._choice(*each, temperature, asked) for each in enumerate(prompt)][::-1]
        )

    def _choice(self, index: int, ids: list[int], temperature: float, asked: dict[str, Any]) -> Any:
        with torch.no_grad():
            logits = self.policy(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1]
        law = torch.log_softmax(logits / temperature, -1).tolist()
        wanted = asked["extra_body"].get("logprob_token_ids") or range(len(law))
        found = {self.named.format(token): law[token] for token in wanted if token != self.withheld}
        return SimpleNamespace(index=index, logprobs=SimpleNamespace(top_logprobs=[found]))


@pytest.fixture
def engine(tokenizer: Any) -> Answering:
    """A server with the tiny policy."""
    return Answering(tiny_model(tokenizer))


def found(engine: Answering, tokenizer: Any, temperature: float = 1.0) -> list[Any]:
    """Laws by the server."""
    return server_laws(engine, tokenizer, BASE.context, BASE.vocabulary, QUESTIONS, temperature)


@pytest.mark.parametrize("temperature", [1.0, 1.5])
def test_laws_are_those_of_this_process(
    engine: Answering, tokenizer: Any, temperature: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "PREFIXES", 40)
    own = laws(engine.policy, tokenizer, QUESTIONS, temperature)
    for one, other in zip(found(engine, tokenizer, temperature), own, strict=True):
        np.testing.assert_allclose(one.logprobs, other.logprobs, rtol=0, atol=1e-5)
        np.testing.assert_allclose(one.per_prefix, other.per_prefix, rtol=0, atol=1e-5)
        assert one.tokens.tolist() == other.tokens.tolist()
        assert one.opening.entropy == pytest.approx(other.opening.entropy, abs=1e-5)
        assert one.opening.support == other.opening.support
        assert [token for token, _ in one.opening.leading] == [token for token, _ in other.opening.leading]
    assert max(len(each["prompt"]) for each in engine.asked) == 40


def test_the_prompt_is_asked_first_and_each_prefix_once(engine: Answering, tokenizer: Any) -> None:
    found(engine, tokenizer)
    prompts = [tokenizer.encode(question.prompt) for question in QUESTIONS]
    asked = [tuple(ids) for each in engine.asked for ids in each["prompt"]]
    assert len(set(asked)) == len(asked)
    for prompt in prompts:
        mine = [ids for ids in asked if list(ids[: len(prompt)]) == prompt]
        assert list(mine[0]) == prompt and all(len(ids) > len(prompt) for ids in mine[1:])


def test_requests_are_cut_where_they_want_too_many_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "TOKENS", 3)
    trie = prefix_trie([(5, 6), (5,), (5, 7, 8), (9,), (9, 6, 6, 4), (11, 12)])
    cut = list(requests(trie, end=1))
    assert [node for nodes, _ in cut for node in nodes] == list(range(len(trie)))
    assert all(len(tokens) <= 3 for _, tokens in cut) and len(cut) > 1
    assert cut[0][1] == [1, 6, 7]
    monkeypatch.setattr(served, "TOKENS", 2)
    # Three may follow the first node.
    assert [node for nodes, _ in requests(trie, end=1) for node in nodes] == [0, *range(len(trie))]


@pytest.mark.parametrize("change", [{"withheld": 0}, {"named": "{}"}, {"named": "token_id:9{}"}])
def test_a_server_that_does_not_say_what_was_asked_is_named(
    engine: Answering, tokenizer: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    monkeypatch.setattr(served, "PAUSES_S", (0.0,))
    assert tokenizer.eos_token_id == 0
    for name, value in change.items():
        setattr(engine, name, value)
    said = r"http://here: \d+ log-probabilities where \d+ were needed; .*--max-logprobs -1"
    with pytest.raises(ServerError, match=said):
        found(engine, tokenizer)
