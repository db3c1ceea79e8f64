"""Opening the engine that a study names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from ..config.policy import Sampling
from .requests import Engine


@contextmanager
def open_engine(
    settings: Sampling, base: Path, adapter: Path | None, tokenizer: PreTrainedTokenizerBase, threads: int
) -> Iterator[Engine]:
    """The engine for one policy, closed when the block ends. Imports only what the engine needs."""
    if settings.engine == "vllm":
        from .vllm_server import serve

        with serve(settings, base, adapter, tokenizer) as engine:
            yield engine
        return
    import torch

    from ..policy.load import sampling_policy
    from .transformers_engine import TransformersEngine

    torch.set_num_threads(threads)
    yield TransformersEngine(sampling_policy(base, adapter), tokenizer, settings.batch_size)
