"""Does an adapter fit its base? Decided from headers, before any model is loaded."""

import json
import re
import struct
from pathlib import Path

from ..errors import WidebandError

LAYER = re.compile(r"\.layers\.(\d+)\.")
# https://github.com/huggingface/safetensors#format: the header's length comes first, in 8 bytes.
HEADER_SIZE = 8


class AdapterError(WidebandError):
    """An adapter folder that is incomplete or made for another base."""


def check_fits(adapter: Path, base_config: dict) -> None:
    """Raise AdapterError unless the adapter's shapes match the base model's config.json."""
    shapes = adapter_shapes(adapter)
    layers, hidden = base_config["num_hidden_layers"], base_config["hidden_size"]
    for name, shape in shapes.items():
        match = LAYER.search(name)
        if match and int(match.group(1)) >= layers:
            raise AdapterError(
                f"{adapter}: {name} adapts a layer that the base ({layers} layers) does not have"
            )
        if ".q_proj.lora_A" in name and shape[-1] != hidden:
            raise AdapterError(f"{adapter}: {name} has width {shape[-1]}, the base's hidden size is {hidden}")


def adapter_shapes(adapter: Path) -> dict[str, list[int]]:
    """Shapes of the adapter's tensors. Raises AdapterError for a folder that is not a whole adapter."""
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        if not (adapter / name).exists():
            raise AdapterError(f"{adapter}: {name} is missing; is this a PEFT adapter folder?")
    return _shapes(adapter / "adapter_model.safetensors")


def _shapes(path: Path) -> dict[str, list[int]]:
    """Tensor shapes from the header of a safetensors file, whose length must be the one the header says."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        prefix = file.read(HEADER_SIZE)
        length = struct.unpack("<Q", prefix)[0] if len(prefix) == HEADER_SIZE else size
        if HEADER_SIZE + length > size:
            raise AdapterError(f"{path}: truncated, or not a safetensors file; copy the adapter again")
        header = file.read(length)
    try:
        entries = json.loads(header)
    except ValueError as error:
        raise AdapterError(f"{path}: not a safetensors file ({error})") from error
    tensors = {name: entry for name, entry in entries.items() if name != "__metadata__"}
    whole = HEADER_SIZE + length + max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
    if size != whole:
        raise AdapterError(f"{path}: {size} bytes instead of {whole}, truncated; copy the adapter again")
    return {name: entry["shape"] for name, entry in tensors.items()}
