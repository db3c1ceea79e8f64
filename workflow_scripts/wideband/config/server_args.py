"""Further arguments of a vLLM server: which a study may give, and how they are written."""

import difflib
import math
import re
from collections.abc import Iterator, Mapping

Value = bool | int | float | str

# Speed, memory and the spread over GPUs. All else is refused: vLLM has options for addresses, files, classes
# to import and other models, and every version has more.
SWITCHES = [
    "enforce_eager",
    "enable_prefix_caching",
    "enable_chunked_prefill",
    "enable_expert_parallel",
    "disable_custom_all_reduce",
    "disable_cascade_attn",
    "async_scheduling",
]
NUMBERS = [
    "max_model_len",
    "gpu_memory_utilization",
    "max_num_seqs",
    "max_num_batched_tokens",
    "block_size",
    "cpu_offload_gb",
    "kv_cache_memory_bytes",
    "num_gpu_blocks_override",
    "max_cudagraph_capture_size",
    "pipeline_parallel_size",
    "data_parallel_size",
]
WORDS = ["quantization", "kv_cache_dtype", "attention_backend", "moe_backend"]
ALLOWED = (*SWITCHES, *NUMBERS, *WORDS)
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def refused(arguments: Mapping[str, Value]) -> Iterator[str]:
    """What a study may not ask of its server: `key: why, and the remedy`."""
    for name, value in arguments.items():
        key = f"sampling.server_args.{name if name.isprintable() else repr(name)}"
        option = name.replace("-", "_")
        if option not in ALLOWED:
            near = difflib.get_close_matches(option, ALLOWED, 1, cutoff=0.4)
            hint = f"did you mean {near[0]}? All" if near else "leave it out; all"
            where = "sampling.server_args in config/defaults.md"
            yield f"{key}: not an option that a study may give; {hint} are at {where}"
        elif option in SWITCHES:
            if not isinstance(value, bool):
                yield f"{key}: {repr(value)[:60]} is not a switch; write true or false"
        elif isinstance(value, bool) or not _plain(value):
            kind = "a number" if option in NUMBERS else "one word of letters, digits, - and _"
            yield f"{key}: {repr(value)[:60]} is not a plain value; write {kind}"


def options(arguments: Mapping[str, Value]) -> list[str]:
    """The arguments as options of a command line, each one word, so that no value is read as an option."""
    return [_option(name.replace("_", "-"), value) for name, value in arguments.items()]


def _plain(value: float | str) -> bool:
    return bool(WORD.fullmatch(value)) if isinstance(value, str) else math.isfinite(value)


def _option(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    return f"--{name}={value}"
