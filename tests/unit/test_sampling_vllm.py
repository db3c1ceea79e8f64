"""The vLLM engine against a server that speaks vLLM's protocol."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vllm_stub

from wideband.sampling import vllm_engine
from wideband.sampling.context import ContextError
from wideband.sampling.requests import Request, Settings
from wideband.sampling.vllm_engine import ServerError, VllmEngine
from wideband.sampling.workers import Servers

SETTINGS = Settings(0.8, 64, ("</answer>",))
# Seeds that stop: what was asked comes back in the text.
REQUESTS = [Request(f"Q {index}", 2**47 + 2 * index + 1) for index in range(60)]


@pytest.fixture
def server(tiny_base: Path) -> Iterator[vllm_stub.Server]:
    """A stub that serves the model `base`."""
    with vllm_stub.running(tiny_base, model="base") as running:
        yield running


@pytest.fixture
def engine(server: vllm_stub.Server, tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> VllmEngine:
    monkeypatch.setattr(vllm_engine, "PAUSES_S", (0.01, 0.01))
    return VllmEngine(server.url, "base", tokenizer)


def test_a_request_says_all_that_decides_the_rollout(engine: VllmEngine, server: vllm_stub.Server) -> None:
    engine.sample(REQUESTS[:1], SETTINGS)
    assert server.asked == [
        {
            "model": "base",
            "prompt": "Q 0",
            "seed": 2**47 + 1,
            "temperature": 0.8,
            "max_tokens": 64,
            "stop": ["</answer>"],
            "logprobs": 0,
            "return_token_ids": True,
            "skip_special_tokens": False,
            # Without these the server would cut the distribution as the model's generation_config says.
            "top_p": 1.0,
            "top_k": 0,
            "min_p": 0.0,
            "repetition_penalty": 1.0,
        }
    ]


def test_no_stop_strings_means_no_stop_field_or_null(engine: VllmEngine, server: vllm_stub.Server) -> None:
    (done,) = engine.sample(REQUESTS[:1], Settings(1.0, 64, ()))
    assert server.asked[0].get("stop") is None
    assert (done.text, done.finish_reason) == (f"Q 0|{2**47 + 1}|", "stop")


def test_answers_stand_in_the_order_of_the_requests(engine: VllmEngine, server: vllm_stub.Server) -> None:
    done = engine.sample(REQUESTS, SETTINGS)
    assert [each.text for each in done] == [f"{each.prompt}|{each.seed}|" for each in REQUESTS]
    assert [asked["prompt"] for asked in server.asked] != [each.prompt for each in REQUESTS]


def test_a_completion_keeps_tokens_counts_reason_and_logprob(engine: VllmEngine, tokenizer: Any) -> None:
    odd, even = engine.sample([Request("Q", 1), Request("Q", 2)], SETTINGS)
    assert odd.token_ids == tuple(tokenizer.encode("Q|1|</answer>"))
    assert (odd.text, odd.tokens, odd.prompt_tokens) == ("Q|1|", len(odd.token_ids), 1)
    assert (odd.finish_reason, even.finish_reason) == ("stop", "length")
    assert (even.tokens, len(even.token_ids)) == (64, 64)
    assert odd.logprob == pytest.approx(vllm_stub.LOGPROB * odd.tokens)


def test_a_run_leaves_no_line_for_every_request(engine: VllmEngine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    engine.sample(REQUESTS[:3], SETTINGS)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"token_ids": None}, "does not return token ids"),
        ({"logprobs": None}, "0 log-probabilities for .*--logprobs-mode"),
        ({"token_ids": [40, 41], "logprobs": {"token_logprobs": [-1, -1]}}, "--generation-config vllm"),
        ({"finish_reason": "abort", "token_ids": [40], "logprobs": {"token_logprobs": [-1]}}, "abort"),
    ],
    ids=["no ids", "no logprobs", "a stop of the model's own", "broken off"],
)
def test_an_answer_that_is_no_rollout_of_the_study_is_refused(
    engine: VllmEngine, server: vllm_stub.Server, changed: dict[str, Any], said: str
) -> None:
    server.changed = changed
    with pytest.raises(ServerError, match=said):
        engine.sample(REQUESTS[:1], SETTINGS)


def test_a_completion_that_the_context_cut_short_is_refused(
    engine: VllmEngine, server: vllm_stub.Server
) -> None:
    server.context = 64
    with pytest.raises(ServerError, match=r"ended \(length\) after 63 of 64 tokens; .*--max-model-len"):
        engine.sample([Request("Q", 2)], SETTINGS)


def test_what_exceeds_the_servers_context_is_told_before_anything_is_sampled(
    engine: VllmEngine, server: vllm_stub.Server
) -> None:
    engine.context = 80
    long = Request("one two three four five six seven eight nine ten", 1)
    with pytest.raises(ContextError, match=r"and max_tokens 64 exceed the model's context of 80: lower"):
        Servers([engine]).sample([*REQUESTS, long], SETTINGS)
    assert server.asked == []


def test_an_overloaded_server_is_asked_again(engine: VllmEngine, server: vllm_stub.Server) -> None:
    server.unavailable = 1
    assert engine.sample(REQUESTS[:1], SETTINGS)[0].finish_reason == "stop"
    assert len(server.asked) == 2


def test_an_overloaded_server_is_not_asked_for_ever(engine: VllmEngine, server: vllm_stub.Server) -> None:
    server.unavailable = 100
    with pytest.raises(ServerError, match=r"no completion .*\(The server is overloaded\)"):
        engine.sample(REQUESTS[:1], SETTINGS)
    assert len(server.asked) == 3


def test_a_refusal_names_server_and_reason(engine: VllmEngine, server: vllm_stub.Server) -> None:
    server.refused = REQUESTS[1].seed
    with pytest.raises(
        ServerError, match=rf"{server.url}: no completion .*\(seed {server.refused} is refused\)"
    ):
        engine.sample(REQUESTS[:3], SETTINGS)


def test_a_server_that_is_gone_is_named(engine: VllmEngine, tiny_base: Path, tokenizer: Any) -> None:
    with vllm_stub.running(tiny_base) as server:
        pass
    with pytest.raises(ServerError, match=f"{server.url}: no completion"):
        VllmEngine(server.url, "base", tokenizer).sample(REQUESTS[:2], SETTINGS)
