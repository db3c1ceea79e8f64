"""LoRA adapters on a vLLM server: a name by content, and what the server must be told of them."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from ..policy.adapter_file import read_config, read_shapes
from ..provenance.digests import folder_digest
from .vllm_engine import ServerError, reason

# vLLM's choices of --max-lora-rank.
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)


def adapter_name(adapter: Path) -> str:
    """The adapter's name on a server: jobs that share one never take each other's weights."""
    return f"wideband-{folder_digest(adapter)[:32]}"


def lora_options(adapter: Path) -> list[str]:
    """Options of `vllm serve` for one adapter. Raises ServerError for a rank that vLLM does not serve."""
    options = ["--enable-lora", "--max-lora-rank", str(_rank(adapter))]
    if adapts_fused_experts(adapter):
        options.append("--enable-mixed-moe-lora-format")
    module = {"name": adapter_name(adapter)} | _where(adapter, "path")
    return [*options, "--lora-modules", json.dumps(module)]


def adapts_fused_experts(adapter: Path) -> bool:
    """Whether the adapter changes the experts of a layer as one tensor, which vLLM calls 3D."""
    return any(".experts.lora_" in name or ".experts.base_layer." in name for name in read_shapes(adapter))


def load_adapter(url: str, key: str, adapter: Path) -> str:
    """Give a running server the adapter; its name there. Raises ServerError with the server's own words."""
    # In place: the same content may be there from a folder that has been removed or trained over since.
    body = {"lora_name": adapter_name(adapter), "load_inplace": True} | _where(adapter, "lora_path")
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{url}/v1/load_lora_adapter", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=600):
            return body["lora_name"]
    except urllib.error.HTTPError as error:
        message = reason(error.read().decode(errors="replace"))
        if error.code == 404 and message == "Not Found":
            message = (
                "it has no such route; start it with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1"
            )
        raise ServerError(f"{url}: the server refused the adapter {adapter}: {message}") from error
    except (urllib.error.URLError, TimeoutError) as error:
        raise ServerError(
            f"{url}: no answer when loading the adapter {adapter} ({error}); check that the server runs "
            "and sees that folder, then run again"
        ) from error


def _where(adapter: Path, key: str) -> dict[str, Any]:
    """Path and form of an adapter, as `--lora-modules` and `/v1/load_lora_adapter` call them."""
    three = {"is_3d_lora_weight": True} if adapts_fused_experts(adapter) else {}
    return {key: str(adapter.resolve())} | three


def _rank(adapter: Path) -> int:
    config = read_config(adapter)
    needed = max(config["r"], *(config.get("rank_pattern") or {}).values(), 1)
    for rank in RANKS:
        if rank >= needed:
            return rank
    raise ServerError(
        f"{adapter}: LoRA rank {needed}; vLLM serves up to {RANKS[-1]}: train with a lower rank, or set "
        "sampling: {engine: transformers}"
    )
