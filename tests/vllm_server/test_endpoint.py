"""The engine openai on vLLM's OpenAI server, as on anyone's: by its address, the model's name and a key."""

from pathlib import Path

import pytest
from serving import BASE, Served
from test_served_study import REQUESTS, STOP, sampled

from wideband.policy.endpoint import Endpoint
from wideband.sampling.openai_engine import OpenAIEngine, Terms
from wideband.sampling.requests import Settings
from wideband.sampling.vllm_engine import ServerError

GREEDY = Settings(0.0, 24, STOP)


def engine(served: Served, folder: Path) -> OpenAIEngine:
    endpoint = Endpoint(f"{served.url}/v1", BASE, "completions")
    return OpenAIEngine(endpoint, Terms("VLLM_API_KEY", 4, None, 0.0, 0.0), folder / "spending.jsonl")


def test_greedy_texts_and_counts_are_those_of_the_engine_vllm(in_project: Served, tmp_path: Path) -> None:
    done, theirs = engine(in_project, tmp_path).sample(REQUESTS, GREEDY), sampled(in_project, None, GREEDY)
    for one, other in zip(done, theirs, strict=True):
        assert (one.text, one.finish_reason) == (other.text, other.finish_reason)
        assert (one.tokens, one.prompt_tokens) == (other.tokens, other.prompt_tokens)
        assert one.token_ids is None and one.logprob is None


def test_a_wrong_key_is_refused_without_being_shown(
    in_project: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_API_KEY", "sk-of-someone-else")
    with pytest.raises(ServerError, match="refuses the key") as caught:
        engine(in_project, tmp_path).sample(REQUESTS[:1], GREEDY)
    assert "someone-else" not in str(caught.value)
