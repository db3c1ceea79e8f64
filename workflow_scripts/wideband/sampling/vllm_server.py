"""A vLLM server for one policy: started from envs/serve, or a running one by its address.

The adapter reaches the server as a LoRA module, never as merged bf16 weights.
"""

import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from ..config.policy import Sampling
from ..policy.base import location
from .vllm_engine import ServerError, VllmEngine

log = logging.getLogger(__name__)
START_LIMIT_S = 1800
ADAPTER = "adapter"


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
        yield VllmEngine(settings.url, _load_adapter(settings.url, base, adapter), tokenizer)
        return
    with _own_life() as life:
        url, process = _start(settings, base, adapter, gpus, life)
        try:
            _wait(url, process)
            yield VllmEngine(url, ADAPTER if adapter else location(base)[0], tokenizer)
        finally:
            process.terminate()
            process.wait(timeout=60)


def command(settings: Sampling, base: Path, adapter: Path | None, port: int) -> list[str]:
    """The command line of `vllm serve` for this policy."""
    if not settings.server_python:
        raise ServerError(
            "sampling: engine vllm needs `server_python` (python of envs/serve) or `url` (a running server)"
        )
    source, revision, dtype = location(base)
    vllm = [str(Path(settings.server_python).parent / "vllm"), "serve", source, "--port", str(port)]
    options = ["--dtype", dtype, "--tensor-parallel-size", str(settings.tensor_parallel)]
    pinned = ["--revision", revision] if revision else []
    return [*vllm, *options, *pinned, *(_lora_options(adapter) if adapter else [])]


def _lora_options(adapter: Path) -> list[str]:
    rank = json.loads((adapter / "adapter_config.json").read_text())["r"]
    return ["--enable-lora", "--max-lora-rank", str(rank), "--lora-modules", f"{ADAPTER}={adapter.resolve()}"]


@contextmanager
def _own_life() -> Iterator[tuple[int, int]]:
    """The two ends of a pipe that the system closes when this process ends, however that is."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def _end_with(life: tuple[int, int]) -> None:
    """In a process about to become a server: have the system send it SIGTERM when its parent is gone.

    Not by PR_SET_PDEATHSIG, which looks at the thread that started it.
    """
    watched, parents = life
    os.close(parents)
    fcntl.fcntl(watched, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(watched, fcntl.F_SETSIG, signal.SIGTERM)
    fcntl.fcntl(watched, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    try:
        os.read(watched, 1)
    except BlockingIOError:
        return
    os._exit(1)  # the parent was gone before the system was asked


def _start(
    settings: Sampling, base: Path, adapter: Path | None, gpus: str | None, life: tuple[int, int]
) -> tuple[str, subprocess.Popen]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = command(settings, base, adapter, port)
    log.info("starting %s", " ".join(line))
    try:
        visible = {"CUDA_VISIBLE_DEVICES": gpus} if gpus else {}
        process = subprocess.Popen(
            line, env=os.environ | visible, pass_fds=life[:1], preexec_fn=lambda: _end_with(life)
        )
    except FileNotFoundError as error:
        raise ServerError(
            f"sampling.server_python: {error.filename} is not there; install envs/serve"
        ) from error
    return f"http://127.0.0.1:{port}", process


def _wait(url: str, process: subprocess.Popen) -> None:
    started = time.monotonic()
    while time.monotonic() - started < START_LIMIT_S:
        if process.poll() is not None:
            raise ServerError(f"the vLLM server ended with exit code {process.returncode} while loading")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            log.info("waiting for the vLLM server, %.0f s", time.monotonic() - started)
            time.sleep(5)
    raise ServerError(f"the vLLM server at {url} was not ready after {START_LIMIT_S} s")


def _load_adapter(url: str, base: Path, adapter: Path | None) -> str:
    """Give a running server the adapter; the name of the model to ask for."""
    if adapter is None:
        return location(base)[0]
    body = {"lora_name": ADAPTER, "lora_path": str(adapter.resolve()), "load_inplace": True}
    request = urllib.request.Request(
        f"{url}/v1/load_lora_adapter", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=600):
            return ADAPTER
    except urllib.error.URLError as error:
        raise ServerError(
            f"{url}: the server did not take the adapter {adapter} ({error}); start it with --enable-lora "
            "and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1"
        ) from error
