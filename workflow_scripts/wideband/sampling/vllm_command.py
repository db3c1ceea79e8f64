"""The command and the environment of a vLLM server that a job starts."""

import os
from pathlib import Path

from ..config.policy import Sampling
from ..config.server_args import options, refused
from ..policy.base import location
from .vllm_adapters import lora_options
from .vllm_engine import ServerError

HOST = "127.0.0.1"
# Log-probabilities of the distribution that is sampled from, of as many tokens as are asked for; no stops or
# cuts of the model's own; no line for every request, which would be all that the log has.
ALWAYS = [
    "--logprobs-mode",
    "processed_logprobs",
    "--max-logprobs",
    "-1",
    "--generation-config",
    "vllm",
    "--disable-uvicorn-access-log",
]
QUIET = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def command(settings: Sampling, base: Path, adapter: Path | None, port: int) -> list[str]:
    """The command line of `vllm serve` for this policy."""
    if not settings.server_python:
        raise ServerError(
            "sampling: engine vllm needs `server_python` (python of envs/serve) or `url` (a running server)"
        )
    for problem in refused(settings.server_args):
        raise ServerError(problem)
    source, revision, dtype = location(base)
    vllm = [str(Path(settings.server_python).parent / "vllm"), "serve", source]
    place = ["--host", HOST, "--port", str(port)]
    shape = ["--dtype", dtype, "--tensor-parallel-size", str(settings.tensor_parallel)]
    pinned = ["--revision", revision] if revision else []
    adapted = lora_options(adapter) if adapter else []
    return [*vllm, *place, *shape, *ALWAYS, *pinned, *adapted, *options(settings.server_args)]


def environment(key: str, gpus: str | None) -> dict[str, str]:
    """The server's environment: its key, which a command line would show to everyone, and its GPUs."""
    visible = {"CUDA_VISIBLE_DEVICES": gpus} if gpus else {}
    # The server's Python is another one, with modules of its own.
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")
    }
    return inherited | QUIET | visible | {"VLLM_API_KEY": key}
