"""The stand-in server of the unit tests refuses what the real one refuses, in the same words."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import vllm_stub
from serving import BASE, KEY, Served

COMPLETION = {"model": BASE, "prompt": "Q 1:", "seed": 1, "temperature": 0, "max_tokens": 4, "logprobs": 0}
LONG = "word " * 3000
CONTEXT = 1024


def asked(url: str, path: str, body: dict[str, Any] | None, key: str = KEY) -> tuple[int, str]:
    """Status of an answer, and its body."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, data, headers), timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module", params=["real", "stand-in"])
def url(served: Served, request: pytest.FixtureRequest) -> Iterator[str]:
    """Either server, with the study's base."""
    if request.param == "real":
        yield served.url
        return
    with vllm_stub.running(served.copy.root / BASE, model=BASE, key=KEY) as stub:
        stub.context = CONTEXT
        yield stub.url


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"model": "no such"}, 404, r"The model `no such` does not exist"),
        ({"prompt": LONG}, 400, r"maximum context length is 1024 tokens\. However, your prompt contains"),
        ({"max_tokens": CONTEXT + 1}, 400, r"max_tokens=1025 cannot be greater than max_model_len=1024"),
    ],
    ids=["model", "prompt", "max_tokens"],
)
def test_a_completion_that_is_refused(url: str, change: dict[str, Any], status: int, said: str) -> None:
    found, body = asked(url, "/v1/completions", COMPLETION | change)
    assert (found, bool(re.search(said, json.loads(body)["error"]["message"]))) == (status, True), body


def test_a_completion_is_cut_at_the_context_without_a_word(url: str) -> None:
    prompt = {"prompt": "Q " * 20, "max_tokens": CONTEXT, "seed": 2, "stop_token_ids": [], "temperature": 1}
    found, body = asked(url, "/v1/completions", COMPLETION | prompt)
    usage = json.loads(body)["usage"]
    assert found == 200 and usage["total_tokens"] <= CONTEXT


def test_a_wrong_key(url: str) -> None:
    assert asked(url, "/v1/completions", COMPLETION, key="wrong") == (401, '{"error":"Unauthorized"}')
    assert asked(url, "/v1/models", None, key="wrong")[0] == 401
    assert asked(url, "/health", None, key="wrong")[0] == 200


def test_a_route_that_is_not_there(url: str) -> None:
    assert asked(url, "/v1/nothing", {}) == (404, '{"detail":"Not Found"}')


def test_what_is_served(url: str) -> None:
    (base,) = (
        card for card in json.loads(asked(url, "/v1/models", None)[1])["data"] if card["parent"] is None
    )
    assert (base["id"], base["max_model_len"]) == (BASE, CONTEXT)


def test_adapters_that_are_refused(url: str, served: Served) -> None:
    here = {"lora_name": "one", "lora_path": str(served.adapter("panel"))}
    refused = {
        "No adapter found for /nowhere": (404, here | {"lora_path": "/nowhere"}),
        "contains fused 3D MoE weights": (500, here),
    }
    for said, (status, body) in refused.items():
        found, answer = asked(url, "/v1/load_lora_adapter", body)
        assert (found, said in json.loads(answer)["error"]["message"]) == (status, True), answer
    loaded = asked(url, "/v1/load_lora_adapter", here | {"is_3d_lora_weight": True})
    assert loaded == (200, "Success: LoRA adapter 'one' added successfully.")
    found, answer = asked(url, "/v1/load_lora_adapter", here | {"is_3d_lora_weight": True})
    assert (found, "has already been loaded" in answer) == (400, True)
