"""Who computes the laws of a policy: this process, or the study's vLLM server."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from transformers import AutoConfig, PreTrainedTokenizerBase

from ..config.policy import Sampling
from ..policy.base import location
from .items import Laws


@contextmanager
def open_laws(
    settings: Sampling | None, base: Path, adapter: Path | None, tokenizer: PreTrainedTokenizerBase
) -> Iterator[Laws]:
    """What gives the laws of questions: the server of `settings`, or without them this process.

    Imports only what is needed. Raises ServerError as `serve` does.
    """
    if settings is None:
        from ..policy.load import sampling_policy
        from .exact import laws

        yield partial(laws, sampling_policy(base, adapter), tokenizer)
        return
    from ..sampling.vllm_server import serve
    from ..sampling.workers import gpus_of
    from .server import server_laws

    source, revision, _ = location(base)
    config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False).get_text_config()
    with serve(settings, base, adapter, tokenizer, gpus_of(0, settings.tensor_parallel)) as engine:
        context = engine.context or config.max_position_embeddings
        yield partial(server_laws, engine, tokenizer, context, config.vocab_size)
