"""Does an adapter fit its base? Decided from headers, before any model is loaded."""

import re
from collections import defaultdict
from pathlib import Path

from .adapter_file import AdapterError, read_shapes

__all__ = ["AdapterError", "adapter_shapes", "check_fits"]

LAYER = re.compile(r"\.layers\.(\d+)\.(.+)\.lora_")


def check_fits(adapter: Path, base_config: dict) -> None:
    """Raise AdapterError unless the adapter's shapes match the base model's config.json."""
    # A model that reads images as well has its decoder's config inside its own.
    decoder = base_config.get("text_config", base_config)
    layers, hidden = decoder["num_hidden_layers"], decoder["hidden_size"]
    adapted: dict[int, set[str]] = defaultdict(set)
    for name, shape in adapter_shapes(adapter).items():
        match = LAYER.search(name)
        if match and int(match[1]) >= layers:
            raise AdapterError(
                f"{adapter}: {name} adapts a layer that the base ({layers} layers) does not have"
            )
        if ".q_proj.lora_A" in name and shape[-1] != hidden:
            raise AdapterError(f"{adapter}: {name} has width {shape[-1]}, the base's hidden size is {hidden}")
        if match:
            adapted[int(match[1])].add(match[2])
    every = set().union(*adapted.values())
    for layer in range(layers if adapted else 0):
        if missing := every - adapted[layer]:
            raise AdapterError(f"{adapter}: layer {layer} lacks {', '.join(sorted(missing))}; copy it again")


def shape_fault(config: dict, base_config: dict) -> str | None:
    """Why a model, by its config.json, was not trained from a base; None where it may have been."""
    keys = {"model_type": "of type", "num_hidden_layers": "layers:", "hidden_size": "hidden size:"}
    for key, words in keys.items():
        if config.get(key) != base_config.get(key):
            return (
                f"does not fit its lineage's base ({words} {config.get(key)}, not {base_config.get(key)}); "
                "name a model that was trained from it, or give the arm another base"
            )
    return None


def adapter_shapes(adapter: Path) -> dict[str, list[int]]:
    """Shapes of the adapter's tensors. Raises AdapterError for a folder that is not a whole adapter."""
    return read_shapes(adapter)
