"""Does an adapter fit its base? Decided from headers, before any model is loaded."""

import json
import re
import struct
from pathlib import Path

from ..errors import WidebandError

LAYER = re.compile(r"\.layers\.(\d+)\.")


class AdapterError(WidebandError):
    """An adapter folder that is incomplete or made for another base."""


def check_fits(adapter: Path, base_config: dict) -> None:
    """Raise AdapterError unless the adapter's shapes match the base model's config.json."""
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        if not (adapter / name).exists():
            raise AdapterError(f"{adapter}: {name} is missing; is this a PEFT adapter folder?")
    shapes = _shapes(adapter / "adapter_model.safetensors")
    layers, hidden = base_config["num_hidden_layers"], base_config["hidden_size"]
    for name, shape in shapes.items():
        match = LAYER.search(name)
        if match and int(match.group(1)) >= layers:
            raise AdapterError(f"{adapter}: {name} adapts a layer that the base ({layers} layers) does not have")
        if ".q_proj.lora_A" in name and shape[-1] != hidden:
            raise AdapterError(f"{adapter}: {name} has width {shape[-1]}, the base's hidden size is {hidden}")


def _shapes(path: Path) -> dict[str, list[int]]:
    """Tensor shapes from the header of a safetensors file."""
    with open(path, "rb") as file:
        prefix = file.read(8)
        if len(prefix) < 8:
            raise AdapterError(f"{path}: truncated; copy the adapter again")
        header = file.read(struct.unpack("<Q", prefix)[0])
    try:
        entries = json.loads(header)
    except ValueError as error:
        raise AdapterError(f"{path}: not a safetensors file ({error})") from error
    return {name: entry["shape"] for name, entry in entries.items() if name != "__metadata__"}
