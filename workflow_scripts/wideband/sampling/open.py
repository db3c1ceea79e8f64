"""Opening the engine that a study names."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from ..config.policy import Sampling
from .context import context_of
from .partial_completions import PartialCompletions
from .requests import Engine


@contextmanager
def open_engine(
    settings: Sampling,
    base: Path,
    adapter: Path | None,
    tokenizer: PreTrainedTokenizerBase,
    threads: int,
    workers: int = 1,
    partial: PartialCompletions | None = None,
) -> Iterator[Engine]:
    """The engine for one policy, closed when the block ends. Imports only what the engine needs.

    `workers` engines share the work, and `threads` cores; what is sampled does not depend on their number.
    What is sampled goes into `partial` share by share, and what is there already is not sampled again.
    """
    if settings.engine == "vllm":
        with _servers(settings, base, adapter, tokenizer, workers, partial) as engine:
            yield engine
        return
    from .workers import InTurn, WorkerProcesses

    if workers == 1:
        engine = _in_process(settings, base, adapter, threads)
        yield InTurn(engine, tokenizer, settings.batch_size, partial, context_of(base))
    else:
        arguments = (settings, base, adapter, max(1, threads // workers))
        processes = WorkerProcesses(
            _in_process,
            arguments,
            workers,
            tokenizer,
            settings.batch_size,
            settings.engine,
            partial,
            context_of(base),
        )
        try:
            yield processes
        finally:
            processes.close()


@contextmanager
def _servers(
    settings: Sampling,
    base: Path,
    adapter: Path | None,
    tokenizer: PreTrainedTokenizerBase,
    workers: int,
    partial: PartialCompletions | None,
) -> Iterator[Engine]:
    from .vllm_server import serve
    from .workers import Servers, gpus_of

    # A server that runs already is one, whatever it spreads over.
    count = 1 if settings.url else workers
    with ExitStack() as stack:
        engines = [
            stack.enter_context(
                serve(settings, base, adapter, tokenizer, gpus_of(number, settings.tensor_parallel))
            )
            for number in range(count)
        ]
        yield Servers(engines, partial)


def _in_process(settings: Sampling, base: Path, adapter: Path | None, threads: int) -> Engine:
    import torch

    from ..policy.base import load_tokenizer
    from ..policy.load import sampling_policy
    from .transformers_engine import TransformersEngine

    torch.set_num_threads(threads)
    return TransformersEngine(sampling_policy(base, adapter), load_tokenizer(base), settings.batch_size)
