"""One slice over several engines on one machine: each has GPUs, or cores, of its own.

What is sampled together is decided before it is shared out, so the rollouts do not depend on how many share.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from transformers import PreTrainedTokenizerBase

from .batches import batches
from .requests import Completion, Engine, Request, Settings

# Rollouts of a share, in units of the engine's batch: enough that a batch is full most of the time.
SHARE = 4
_engine: Engine | None = None


class InTurn:
    """One engine in this process that takes one share after the other."""

    def __init__(self, engine: Engine, tokenizer: PreTrainedTokenizerBase, batch_size: int) -> None:
        self.engine, self.tokenizer, self.size = engine, tokenizer, SHARE * batch_size
        self.name = engine.name

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in order."""
        shares = batches(requests, self.tokenizer, self.size)
        return _merged(
            shares, [self.engine.sample([requests[row] for row in rows], settings) for rows in shares]
        )


class WorkerProcesses:
    """Processes that each open an engine and take one share after the other."""

    def __init__(
        self,
        open_one: Callable[..., Engine],
        arguments: tuple[Any, ...],
        workers: int,
        tokenizer: PreTrainedTokenizerBase,
        batch_size: int,
        name: str,
    ) -> None:
        self.tokenizer, self.size, self.name = tokenizer, SHARE * batch_size, name
        context = multiprocessing.get_context("spawn")
        numbers = context.Queue()
        for number in range(workers):
            numbers.put(number)
        self.pool = ProcessPoolExecutor(workers, context, _open, (numbers, open_one, arguments))

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in order; the same as one engine gives."""
        shares = batches(requests, self.tokenizer, self.size)
        waiting = [self.pool.submit(_sample, [requests[row] for row in rows], settings) for rows in shares]
        return _merged(shares, [share.result() for share in waiting])

    def close(self) -> None:
        """End the processes."""
        self.pool.shutdown(cancel_futures=True)


class Servers:
    """Several servers of one policy; all rollouts of a prompt go to one, which computes its prefix once."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self.engines, self.name = list(engines), engines[0].name

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in order."""
        prompts = list(dict.fromkeys(request.prompt for request in requests))
        turn = {prompt: index % len(self.engines) for index, prompt in enumerate(prompts)}
        shares = [
            [row for row, request in enumerate(requests) if turn[request.prompt] == number]
            for number in range(len(self.engines))
        ]
        with ThreadPoolExecutor(len(self.engines)) as pool:
            waiting = [
                pool.submit(engine.sample, [requests[row] for row in rows], settings)
                for engine, rows in zip(self.engines, shares, strict=True)
            ]
            return _merged(shares, [share.result() for share in waiting])


def gpus_of(worker: int, each: int) -> str | None:
    """CUDA_VISIBLE_DEVICES of a worker that spans `each` GPUs; None where the job has none."""
    visible = [gpu for gpu in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if gpu]
    return ",".join(visible[worker * each : (worker + 1) * each]) or None


def _merged(shares: list[list[int]], answers: list[list[Completion]]) -> list[Completion]:
    found = {
        row: completion
        for rows, share in zip(shares, answers, strict=True)
        for row, completion in zip(rows, share, strict=True)
    }
    return [found[row] for row in range(len(found))]


def _open(numbers: Any, open_one: Callable[..., Engine], arguments: tuple[Any, ...]) -> None:
    """In a new process: see one's own GPU only, and open the engine."""
    global _engine
    if gpu := gpus_of(numbers.get(), 1):
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    _engine = open_one(*arguments)


def _sample(requests: list[Request], settings: Settings) -> list[Completion]:
    return _engine.sample(requests, settings)
