"""The vLLM engine against a server that speaks vLLM's protocol."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vllm_stub

from wideband.config.policy import Sampling
from wideband.sampling.open import open_engine
from wideband.sampling.requests import Request, Settings
from wideband.sampling.vllm_engine import ServerError, VllmEngine
from wideband.sampling.vllm_server import command

ROOT = Path(__file__).resolve().parents[2]
# A job that has started a server, from a thread that is gone by then, and does not end.
JOB = """
import sys, threading, time
from pathlib import Path
from wideband.config.policy import Sampling
from wideband.sampling.vllm_server import serve
pause = time.sleep
time.sleep = lambda _: pause(0.1)
opened = serve(Sampling(engine="vllm", server_python=sys.argv[1]), Path(sys.argv[2]), None, None)
starter = threading.Thread(target=opened.__enter__)
starter.start()
starter.join()
print("started", flush=True)
pause(60)
"""
SETTINGS = Settings(0.8, 64, ("</answer>",))
REQUESTS = [Request(f"Q {index}", 2**47 + index) for index in range(60)]


@pytest.fixture
def server() -> Iterator[vllm_stub.Server]:
    """A stub that serves the model `base`."""
    with vllm_stub.running() as running:
        yield running


@pytest.fixture
def engine(server: vllm_stub.Server, tokenizer: Any) -> VllmEngine:
    return VllmEngine(server.url, "base", tokenizer)


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text('{"r": 16}')
    return tmp_path / "adapter"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The python of an environment whose `vllm` is the stub; its command line is written beside it."""
    (tmp_path / "bin").mkdir()
    vllm = tmp_path / "bin" / "vllm"
    vllm.write_text(f'#!/bin/sh\nexec {sys.executable} {vllm_stub.__file__} "$@"\n')
    vllm.chmod(0o755)
    monkeypatch.setenv("VLLM_STUB_LOG", str(tmp_path / "bin" / "line.json"))
    pause = time.sleep
    monkeypatch.setattr("wideband.sampling.vllm_server.time.sleep", lambda _: pause(0.1))
    return tmp_path / "bin" / "python"


def test_a_request_says_all_that_decides_the_rollout(engine: VllmEngine, server: vllm_stub.Server) -> None:
    engine.sample(REQUESTS[:1], SETTINGS)
    assert server.asked == [
        {
            "model": "base",
            "prompt": "Q 0",
            "seed": 2**47,
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
    engine.sample(REQUESTS[:1], Settings(1.0, 8, ()))
    assert server.asked[0].get("stop") is None


def test_answers_stand_in_the_order_of_the_requests(engine: VllmEngine, server: vllm_stub.Server) -> None:
    done = engine.sample(REQUESTS, SETTINGS)
    assert [each.text for each in done] == [f"{each.prompt}|{each.seed}" for each in REQUESTS]
    assert [asked["prompt"] for asked in server.asked] != [each.prompt for each in REQUESTS]


def test_a_completion_keeps_tokens_counts_reason_and_logprob(engine: VllmEngine) -> None:
    odd, even = engine.sample([Request("Q", 1), Request("Q", 2)], SETTINGS)
    assert (odd.token_ids, odd.tokens, odd.prompt_tokens) == ((1, 7, 8), 3, 2)
    assert (odd.finish_reason, even.finish_reason) == ("stop", "length")
    assert odd.logprob == pytest.approx(-1.75)


def test_an_overloaded_server_is_asked_again(engine: VllmEngine, server: vllm_stub.Server) -> None:
    server.unavailable = 1
    assert engine.sample(REQUESTS[:1], SETTINGS)[0].tokens == 3
    assert len(server.asked) == 2


def test_a_refusal_names_server_and_reason(engine: VllmEngine, server: vllm_stub.Server) -> None:
    with pytest.raises(ServerError, match=f"{server.url}: no completion .*maximum context length"):
        engine.sample(REQUESTS[:3], Settings(1.0, 101, ()))


def test_a_server_that_is_gone_is_named(tokenizer: Any) -> None:
    with vllm_stub.running() as server:
        pass
    engine = VllmEngine(server.url, "base", tokenizer)
    engine.client = engine.client.with_options(max_retries=0)
    with pytest.raises(ServerError, match=f"{server.url}: no completion"):
        engine.sample(REQUESTS[:2], SETTINGS)


def test_a_running_server_gets_the_adapter_and_is_asked_for_it(
    server: vllm_stub.Server, tiny_base: Path, adapter: Path, tokenizer: Any
) -> None:
    settings = Sampling(engine="vllm", url=server.url)
    for _ in range(2):
        with open_engine(settings, tiny_base, adapter, tokenizer, 1) as engine:
            engine.sample(REQUESTS[:1], SETTINGS)
    assert server.lora == [{"lora_name": "adapter", "lora_path": str(adapter), "load_inplace": True}] * 2
    assert [asked["model"] for asked in server.asked] == ["adapter"] * 2


def test_a_running_server_is_asked_for_the_base_by_its_own_name(tiny_base: Path, tokenizer: Any) -> None:
    with (
        vllm_stub.running(model=str(tiny_base)) as server,
        open_engine(Sampling(engine="vllm", url=server.url), tiny_base, None, tokenizer, 1) as engine,
    ):
        assert len(engine.sample(REQUESTS[:2], SETTINGS)) == 2


def test_a_server_that_takes_no_adapters_says_how_to_start_it(
    server: vllm_stub.Server, tiny_base: Path, adapter: Path, tokenizer: Any
) -> None:
    server.runtime_lora = False
    settings = Sampling(engine="vllm", url=server.url)
    with (
        pytest.raises(ServerError, match=r"did not take the adapter .* --enable-lora and VLLM_ALLOW"),
        open_engine(settings, tiny_base, adapter, tokenizer, 1),
    ):
        pass


def test_a_server_is_started_with_the_policy_and_ended(
    installed: Path, tiny_base: Path, adapter: Path, tokenizer: Any
) -> None:
    settings = Sampling(engine="vllm", server_python=str(installed), tensor_parallel=2)
    with open_engine(settings, tiny_base, adapter, tokenizer, 1) as engine:
        assert [each.tokens for each in engine.sample(REQUESTS[:2], SETTINGS)] == [3, 3]
    line = json.loads((installed.parent / "line.json").read_text())
    assert line[:2] == ["serve", str(tiny_base)]
    options = dict(zip(line[2::2], line[3::2], strict=False))
    assert (options["--dtype"], options["--tensor-parallel-size"]) == ("float32", "2")
    assert "--enable-lora --max-lora-rank 16 --lora-modules" in " ".join(line)
    assert line[-1] == f"adapter={adapter}"
    (server,) = engine.engines
    server.client = server.client.with_options(max_retries=0)
    with pytest.raises(ServerError):
        engine.sample(REQUESTS[:1], SETTINGS)


def test_a_server_ends_with_the_job_that_started_it_and_was_killed(installed: Path, tiny_base: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", JOB, str(installed), str(tiny_base)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")},
        stdout=subprocess.PIPE,
        text=True,
    ) as job:
        try:
            assert job.stdout.readline() == "started\n"
            line = json.loads((installed.parent / "line.json").read_text())
            address = ("127.0.0.1", int(line[line.index("--port") + 1]))
            assert answers(address)
        finally:
            job.kill()
    until = time.monotonic() + 10
    while answers(address) and time.monotonic() < until:
        time.sleep(0.05)
    assert not answers(address)


def answers(address: tuple[str, int]) -> bool:
    """Whether something listens there."""
    with socket.socket() as caller:
        return caller.connect_ex(address) == 0


def test_a_server_that_dies_while_loading_is_not_waited_for(
    installed: Path, tiny_base: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_STUB_EXIT", "3")
    settings = Sampling(engine="vllm", server_python=str(installed))
    with (
        pytest.raises(ServerError, match="ended with exit code 3 while loading"),
        open_engine(settings, tiny_base, None, tokenizer, 1),
    ):
        pass


def test_a_missing_environment_is_named_with_the_remedy(
    tiny_base: Path, tokenizer: Any, tmp_path: Path
) -> None:
    settings = Sampling(engine="vllm", server_python=str(tmp_path / "nowhere/bin/python"))
    with (
        pytest.raises(ServerError, match=r"sampling.server_python: .*vllm is not there; install envs/serve"),
        open_engine(settings, tiny_base, None, tokenizer, 1),
    ):
        pass


def test_vllm_without_python_or_address_is_refused(tiny_base: Path) -> None:
    with pytest.raises(ServerError, match=r"engine vllm needs `server_python`.*or `url`"):
        command(Sampling(engine="vllm"), tiny_base, None, 1)
