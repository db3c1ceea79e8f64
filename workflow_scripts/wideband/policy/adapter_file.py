"""An adapter's two files, read as data: plain files, a plain LoRA, safetensors of the right names.

Whether it fits a base is decided from headers, before any model is loaded.
"""

import json
import math
import re
import struct
from collections import defaultdict
from pathlib import Path
from typing import Any

from ..errors import WidebandError

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
NAMES = re.compile(r"base_model\.model\.[\w.]+\.lora_([AB])\.weight")
# https://github.com/huggingface/safetensors#format: the header's length comes first, in 8 bytes.
HEADER_SIZE, LARGEST_HEADER = 8, 100_000_000
# Type of unsigned integer as wide as a value, and the bits that are all set in what is not finite.
DTYPES = {"F32": ("<u4", 0x7F800000), "BF16": ("<u2", 0x7F80), "F16": ("<u2", 0x7C00)}
# What makes PEFT do something else than add A and B to named matrices.
UNUSED = (
    "auto_mapping",
    "modules_to_save",
    "megatron_config",
    "trainable_token_indices",
    "layer_replication",
    "use_dora",
)
# The layer and the module that a tensor adapts.
LAYER = re.compile(r"\.layers\.(\d+)\.(.+)\.lora_")


class AdapterError(WidebandError):
    """An adapter folder that is incomplete, not plain data, or made for another base."""


def read_config(adapter: Path) -> dict[str, Any]:
    """The adapter's config. Raises AdapterError for one that is no plain LoRA."""
    path = _plain_file(adapter, CONFIG)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        kind, rank = config["peft_type"], config["r"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AdapterError(
            f"{path}: not a PEFT config ({type(error).__name__}: {error}); copy the adapter again"
        ) from None
    if kind != "LORA" or type(rank) is not int or rank < 1:
        raise AdapterError(
            f"{path}: peft_type {kind!r}, r {rank!r}; train the adapter as a LoRA, of rank 1 or more"
        )
    used = [name for name in UNUSED if config.get(name)]
    if used:
        raise AdapterError(f"{path}: {', '.join(used)} is set; train the adapter without, as a plain LoRA")
    for name in ("target_modules", "target_parameters"):
        # A text is a pattern to PEFT, and a pattern can take for ever.
        if not (config.get(name) in (None, "all-linear") or _are_names(config[name])):
            raise AdapterError(
                f"{path}: {name} is not a list of names; write the names of its matrices as a list"
            )
    if not isinstance(config.get("init_lora_weights", True), bool):
        raise AdapterError(f"{path}: init_lora_weights is {config['init_lora_weights']!r}; set it to true")
    return config


def read_shapes(adapter: Path) -> dict[str, list[int]]:
    """Shapes of the adapter's tensors by name, from the header. Raises AdapterError."""
    rank = read_config(adapter)["r"]
    path = _plain_file(adapter, WEIGHTS)
    shapes = {name: entry["shape"] for name, entry in _header(path)[0].items()}
    pairs: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for name, shape in shapes.items():
        part = NAMES.fullmatch(name)
        if not part:
            raise AdapterError(f"{path}: {name[:100]!r} is not a tensor of a LoRA; remove it")
        pairs[name.replace(f"lora_{part[1]}", "lora_")][part[1]] = shape
    for name, pair in pairs.items():
        if pair.keys() != {"A", "B"} or pair["A"][0] != pair["B"][1] or pair["A"][0] % rank:
            raise AdapterError(
                f"{path}: {name} is not a pair of A and B of rank {rank} with shapes {dict(pair)}"
            )
    if not pairs:
        raise AdapterError(f"{path}: holds no tensor; train the adapter, or copy it again")
    return shapes


def check_finite(adapter: Path) -> None:
    """Raise AdapterError for a value that is infinite or no number; reads all values."""
    import numpy as np

    path = _plain_file(adapter, WEIGHTS)
    entries, start = _header(path)
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=start)
    for name, entry in entries.items():
        kind, bits = DTYPES[entry["dtype"]]
        begin, end = entry["data_offsets"]
        if ((data[begin:end].view(kind) & bits) == bits).any():
            raise AdapterError(
                f"{path}: {name} holds a value that is infinite or not a number; train it again"
            )


def _plain_file(adapter: Path, name: str) -> Path:
    path = adapter / name
    if not path.exists() and not path.is_symlink():
        raise AdapterError(f"{adapter}: {name} is missing; is this a PEFT adapter folder?")
    if not path.is_file() or (path.is_symlink() and not _in_hub_cache(path)):
        raise AdapterError(
            f"{path}: not a regular file (but a link, a folder or a pipe); copy the file itself there"
        )
    return path


def _in_hub_cache(path: Path) -> bool:
    """Whether a link is one that the hub's cache makes, from `snapshots/<commit>/` into `blobs/`."""
    repository = path.absolute().parent.parent.parent
    return path.absolute().parent.parent.name == "snapshots" and path.resolve().parent == (
        repository.resolve() / "blobs"
    )


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(n, str) and re.fullmatch(r"[\w.]+", n) for n in value)


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """Entries of the tensors, and where their data begins. Raises AdapterError."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        prefix = file.read(HEADER_SIZE)
        length = struct.unpack("<Q", prefix)[0] if len(prefix) == HEADER_SIZE else size
        if HEADER_SIZE + length > size or length > LARGEST_HEADER:
            raise AdapterError(f"{path}: truncated, or not a safetensors file; copy the adapter again")
        header = file.read(length)
    try:
        entries = {name: entry for name, entry in json.loads(header).items() if name != "__metadata__"}
        end = 0
        for name, entry in sorted(entries.items(), key=lambda item: item[1]["data_offsets"]):
            end = _checked(path, name, entry, end)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, AdapterError):
            raise
        raise AdapterError(f"{path}: not a safetensors file ({type(error).__name__}: {error})") from None
    whole = HEADER_SIZE + length + end
    if size != whole:
        raise AdapterError(f"{path}: {size} bytes instead of {whole}, truncated; copy the adapter again")
    return entries, HEADER_SIZE + length


def _checked(path: Path, name: str, entry: dict[str, Any], begins: int) -> int:
    """Where a tensor ends that begins where the one before it ended. Raises AdapterError."""
    kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    if kind not in DTYPES:
        raise AdapterError(f"{path}: {name} is of type {kind}; save it as one of {', '.join(DTYPES)}")
    if len(shape) != 2 or not all(type(size) is int and size > 0 for size in shape):
        raise AdapterError(f"{path}: {name} has shape {shape}; a LoRA matrix has two sizes from 1 on")
    if begin != begins or end - begin != math.prod(shape) * int(DTYPES[kind][0][2]):
        raise AdapterError(
            f"{path}: {name} has a position that does not fit its shape; copy the adapter again"
        )
    return end


def check_fits(adapter: Path, base_config: dict) -> None:
    """Raise AdapterError unless the adapter's shapes match the base model's config.json."""
    # A model that reads images as well has its decoder's config inside its own.
    decoder = base_config.get("text_config", base_config)
    layers, hidden = decoder["num_hidden_layers"], decoder["hidden_size"]
    adapted: dict[int, set[str]] = defaultdict(set)
    for name, shape in read_shapes(adapter).items():
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
