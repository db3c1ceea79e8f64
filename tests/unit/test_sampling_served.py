"""The engine openai on a real server of others: `transformers serve`, whose packages are not in the lock."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from wideband.config.policy import Sampling
from wideband.policy.endpoint import Endpoint
from wideband.sampling.endpoint_prompts import render
from wideband.sampling.open import open_engine
from wideband.sampling.openai_engine import OpenAIEngine, Terms
from wideband.sampling.requests import Request, Settings
from wideband.sampling.rollouts import sample_rollouts
from wideband.sampling.server_process import ServerProcess
from wideband.sampling.vllm_server import free_port
from wideband.scaffolds import get
from wideband.tables import read_table, write_table

# What `transformers serve` needs beyond the lock.
PACKAGES = ("fastapi==0.115.12", "starlette==0.46.2", "uvicorn==0.34.2")
# By it the server knows where an answer of a Qwen3 begins.
TEMPLATE = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
# A template's last line break would be left out.
CHAT = TEMPLATE.format("{{ messages[0]['content'] }}").removesuffix("\n") + "{{ '\\n' }}"
PATIENCE_S = 180
PROBLEMS = pd.DataFrame(
    {"uid": ["a", "b"], "problem": ["What is 3 + 4?", "Pick a tree."], "turns": [None, None]}
)
LABELS = {"arm": "there", "checkpoint": "base", "slice": "some"}


@pytest.fixture(scope="module")
def address(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the tiny policy, which has a chat template there."""
    folder = tmp_path_factory.mktemp("served")
    install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(folder / "packages"),
        *PACKAGES,
    ]
    said = subprocess.run([sys.executable, *install], capture_output=True, text=True, check=False)
    if said.returncode:
        pytest.skip(f"{', '.join(PACKAGES)} cannot be installed: {said.stderr.strip().splitlines()[-1]}")
    shutil.copytree(tiny_base, folder / "model")
    (folder / "model/chat_template.jinja").write_text(CHAT)
    # Else it samples at no temperature.
    settings = folder / "model/generation_config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"do_sample": True}))
    port = free_port()
    program = "from transformers.cli.transformers import main; main()"
    options = [f"--port={port}", "--host=127.0.0.1", "--device=cpu", "--dtype=float32"]
    server = ServerProcess(
        [sys.executable, "-c", program, "serve", *options],
        os.environ | {"PYTHONPATH": str(folder / "packages"), "HF_HUB_OFFLINE": "1"},
    )
    try:
        until_there(f"http://127.0.0.1:{port}/health", server)
        yield f"http://127.0.0.1:{port}/v1#{folder / 'model'}"
    finally:
        server.close()


def until_there(url: str, server: ServerProcess) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert not server.ended(), server.ended()
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


def engine(address: str, folder: Path, api: str) -> OpenAIEngine:
    url, _, model = address.partition("#")
    return OpenAIEngine(
        Endpoint(url, model, api),
        Terms(None, 2, None, 0.0, 0.0),
        folder / "spending.jsonl",
    )


@pytest.mark.parametrize("api", ["chat", "completions"])
def test_rollouts_have_what_the_server_says_and_greedy_ones_are_those_of_the_weights(
    address: str, tiny_base: Path, tokenizer: Any, tmp_path: Path, api: str
) -> None:
    asked, greedy = engine(address, tmp_path, api), Settings(0.0, 12, ())
    scaffold = get("direct")
    made = sample_rollouts(
        asked, PROBLEMS, render(asked.endpoint, scaffold, "{problem}"), greedy, 2, 7, LABELS
    )
    write_table(made, tmp_path / "some.parquet", "rollouts")
    table = read_table(tmp_path / "some.parquet", "rollouts")
    with open_engine(Sampling(), tiny_base, None, tokenizer, 1) as own:
        texts = [TEMPLATE.format(each) if api == "chat" else each for each in PROBLEMS["problem"]]
        ours = own.sample([Request(text, 0) for text in texts], greedy)
    assert table["completion"].tolist() == [each.text for each in ours for _ in range(2)]
    assert table["completion_tokens"].tolist() == [each.tokens for each in ours for _ in range(2)]
    assert table["prompt_tokens"].tolist() == [each.prompt_tokens for each in ours for _ in range(2)]
    assert table["finish_reason"].tolist() == [each.finish_reason for each in ours for _ in range(2)]
    assert table[["token_ids", "seed", "logprob"]].isna().all(axis=None)


def test_samples_differ_and_end_where_they_are_told_to(address: str, tmp_path: Path) -> None:
    asked = engine(address, tmp_path, "completions")
    requests = [Request("What is 3 + 4?", seed) for seed in range(6)]
    # As flat as a policy of random weights wants to differ at all.
    done = asked.sample(requests, Settings(8.0, 8, ()))
    assert len({each.text for each in done}) > 1 and {each.tokens for each in done} <= set(range(1, 9))
