"""The real vLLM for a CPU, and what a study asks of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from workflow import Copy

from wideband.sampling.server_process import ServerProcess
from wideband.sampling.vllm_server import ALWAYS, HOST, QUIET, free_port, wait

TESTS = Path(__file__).resolve().parents[1]
VLLM = TESTS.parent / "envs/serve/.venv-cpu/bin/vllm"
KEY = "the key of these tests"
# Chunked prefill with seeds kills vLLM 0.32 on a CPU.
ARGUMENTS = {"enforce_eager": True, "enable_chunked_prefill": False, "max_num_batched_tokens": 4096}
OPTIONS = ["--enforce-eager", "--no-enable-chunked-prefill", "--max-num-batched-tokens=4096"]
LORA = ["--enable-lora", "--max-lora-rank=8", "--enable-mixed-moe-lora-format"]
CPU = {"VLLM_CPU_KVCACHE_SPACE": "1", "HF_HUB_OFFLINE": "1", "VLLM_TARGET_DEVICE": "cpu"}
STUDY = "served"
BASE = f"results/{STUDY}/models/{STUDY}"
# vLLM's attention on a CPU wants a head_dim above 16: two heads.
CHANGES = {
    "base__name": STUDY,
    "base__heads": 2,
    "base__kv_heads": 1,
    "data__slices": {
        "gsm8k_train": {"source": "gsm8k", "split": "train", "n": 12},
        "gsm8k_test": {"source": "gsm8k", "split": "test", "n": 12},
        "picks": {"source": "choice", "split": "test", "spaces": ["weekday", "integer_1_100"]},
    },
    "stages": {
        "warmup": {
            "slice": "gsm8k_train", "steps": 3, "groups": 2, "group_size": 4, "max_tokens": 24, "lr": 1e-2,
        }
    },
    "band": {"pool": "gsm8k_train", "max_tokens": 24, "heldout": {"n_per_source": 2}},
    "arms": {
        **{
            arm: {"scaffold": arm, "prompt": f"config/prompts/{arm}_micro.txt"} for arm in ("panel", "think")
        },
        "direct": {"scaffold": "direct", "prompt": "config/prompts/direct.txt", "train": False},
    },
    "benchmarks": {
        "gsm8k_test": {"title": "GSM8K tier", "n": 4, "max_tokens": 24},
        "picks": {"title": "picks", "n": 2, "max_tokens": 8},
    },
}  # fmt: skip


class Served(NamedTuple):
    """The project with its finished study, and the server that sampled for it."""

    copy: Copy
    url: str

    @property
    def base(self) -> Path:
        """The base model, by the name that the server has for it."""
        return Path(BASE)

    def adapter(self, arm: str) -> Path:
        """What an arm's training ended with."""
        return self.copy.results(STUDY) / f"arms/{arm}/warmup/adapter"


@contextmanager
def vllm(root: Path, *options: str) -> Iterator[str]:
    """A server of someone else's that serves the study's base; its address."""
    port = free_port()
    line = [str(VLLM), "serve", BASE, f"--host={HOST}", f"--port={port}", "--dtype=float32"]
    told = CPU | QUIET | {"VLLM_API_KEY": KEY, "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"}
    here = os.getcwd()
    os.chdir(root)
    try:
        server = ServerProcess([*line, *ALWAYS, *OPTIONS, *options], os.environ | told)
    finally:
        os.chdir(here)
    try:
        wait(f"http://{HOST}:{port}", server)
        yield f"http://{HOST}:{port}"
    finally:
        server.close()
