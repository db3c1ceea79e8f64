"""A vLLM server for one policy: started from envs/serve, or a running one by its address.

The adapter reaches the server as a LoRA module, never as merged bf16 weights.
"""

import logging
import os
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from ..config.policy import Sampling
from ..config.server_args import options, refused
from ..policy.base import location
from .server_process import ServerProcess
from .vllm_adapters import adapter_name, load_adapter, lora_options
from .vllm_engine import ServerError, VllmEngine

log = logging.getLogger(__name__)
START_LIMIT_S = 1800
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


@contextmanager
def serve(
    settings: Sampling,
    base: Path,
    adapter: Path | None,
    tokenizer: PreTrainedTokenizerBase,
    gpus: str | None = None,
) -> Iterator[VllmEngine]:
    """An engine on a server that is ready; a server started here, on these GPUs or on all, is ended here."""
    if settings.url:
        yield _running(settings.url.rstrip("/").removesuffix("/v1"), base, adapter, tokenizer)
        return
    key, port = secrets.token_urlsafe(32), free_port()
    line, url = command(settings, base, adapter, port), f"http://{HOST}:{port}"
    log.info("starting %s", " ".join(line))
    try:
        process = ServerProcess(line, environment(key, gpus))
    except FileNotFoundError as error:
        raise ServerError(f"sampling.server_python: {error} is not there; install envs/serve") from error
    try:
        wait(url, process)
        model = adapter_name(adapter) if adapter else location(base)[0]
        engine = VllmEngine(url, model, tokenizer, key=key, ended=process.ended)
        engine.context = _card(engine, base)["max_model_len"]
        yield engine
    finally:
        process.close()


def _running(url: str, base: Path, adapter: Path | None, tokenizer: PreTrainedTokenizerBase) -> VllmEngine:
    """An engine on a server of someone else, which has the policy now; its key is that of vLLM's variable."""
    key = os.environ.get("VLLM_API_KEY") or "none"
    engine = VllmEngine(url, location(base)[0], tokenizer, key=key)
    card = _card(engine, base)
    engine.context = card.get("max_model_len")
    engine.model = load_adapter(url, key, adapter) if adapter else card["id"]
    return engine


def _card(engine: VllmEngine, base: Path) -> dict[str, Any]:
    """What the server says of the base model: its name there (`id`) and its context (`max_model_len`).

    Raises ServerError when it serves another one.
    """
    from openai import OpenAIError

    source = location(base)[0]
    try:
        cards = [card.model_dump() for card in engine.client.models.list()]
    except OpenAIError as error:
        hint = "; put its API key into the environment variable VLLM_API_KEY" if "401" in str(error) else ""
        raise ServerError(f"{engine.url}: the server does not say what it serves ({error}){hint}") from error
    for card in cards:
        # It may have been started with the same folder, written otherwise.
        folder = Path(card.get("root") or "")
        if card["id"] == source or (Path(source).is_dir() and folder.resolve() == Path(source).resolve()):
            return card
    names = ", ".join(card["id"] for card in cards if not card.get("parent")) or "nothing"
    raise ServerError(
        f"{engine.url}: the server serves {names}, this job samples from {source}; start one with that "
        f"model, or with --served-model-name {source} if it is the same"
    )


def free_port() -> int:
    """A port of the loopback that nothing listens on now."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def wait(url: str, process: ServerProcess) -> None:
    """Until the server is ready. Raises ServerError when it ends before, or takes too long."""
    started = time.monotonic()
    while time.monotonic() - started < START_LIMIT_S:
        if cause := process.ended():
            raise ServerError(f"while loading, {cause}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (OSError, urllib.error.URLError):
            log.info("waiting for the vLLM server, %.0f s", time.monotonic() - started)
            time.sleep(5)
    raise ServerError(
        f"the vLLM server at {url} was not ready after {START_LIMIT_S} s; see its last lines in the log of "
        "this job, then run again, or start the server yourself and set sampling.url"
    )


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
