"""One slice over several engines on one machine: each has GPUs, or cores, of its own.

What is sampled together is decided before it is shared out, so the rollouts do not depend on how many share.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from threading import Thread
from typing import Any

from transformers import PreTrainedTokenizerBase

from .partial_completions import PartialCompletions
from .requests import Completion, Engine, Request, Settings
from .shares import Asked, Done, Shares
from .vllm_engine import VllmEngine

# Rollouts of a share, in units of the engine's batch: enough that a batch is full most of the time.
SHARE = 4
# Rollouts of a share that a server samples, which does not wait for one share to end before the next.
SERVER_SHARE = 64
_engine: Engine | None = None


def batches(requests: Sequence[Request], tokenizer: PreTrainedTokenizerBase, size: int) -> list[list[int]]:
    """Rows of `requests` in batches of `size`; prompts of similar length share one, against padding."""
    lengths = {prompt: len(tokenizer.encode(prompt)) for prompt in {request.prompt for request in requests}}
    order = sorted(range(len(requests)), key=lambda row: (lengths[requests[row].prompt], row))
    return [order[start : start + size] for start in range(0, len(order), size)]


class InTurn(Shares):
    """One engine in this process that takes one share after the other."""

    def __init__(
        self,
        engine: Engine,
        tokenizer: PreTrainedTokenizerBase,
        batch_size: int,
        partial: PartialCompletions | None = None,
        context: int | None = None,
    ) -> None:
        super().__init__(partial, tokenizer, context)
        self.engine, self.size = engine, SHARE * batch_size
        self.name = engine.name

    def _cut(self, requests: Sequence[Request]) -> list[list[int]]:
        return batches(requests, self.tokenizer, self.size)

    def _sampled(self, asked: Asked, settings: Settings) -> Done:
        for number, share in asked.items():
            yield number, self.engine.sample(share, settings)


class WorkerProcesses(Shares):
    """Processes that each open an engine and take one share after the other."""

    def __init__(
        self,
        open_one: Callable[..., Engine],
        arguments: tuple[Any, ...],
        workers: int,
        tokenizer: PreTrainedTokenizerBase,
        batch_size: int,
        name: str,
        partial: PartialCompletions | None = None,
        context: int | None = None,
    ) -> None:
        super().__init__(partial, tokenizer, context)
        self.size, self.name = SHARE * batch_size, name
        spawning = multiprocessing.get_context("spawn")
        numbers = spawning.Queue()
        for number in range(workers):
            numbers.put(number)
        self.pool = ProcessPoolExecutor(workers, spawning, _open, (numbers, open_one, arguments))

    def close(self) -> None:
        """End the processes."""
        self.pool.shutdown(cancel_futures=True)

    def _cut(self, requests: Sequence[Request]) -> list[list[int]]:
        return batches(requests, self.tokenizer, self.size)

    def _sampled(self, asked: Asked, settings: Settings) -> Done:
        waiting = {self.pool.submit(_sample, share, settings): number for number, share in asked.items()}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


class Servers(Shares):
    """Servers of one policy; all rollouts of a prompt go to one of them, which computes its prefix once."""

    def __init__(self, engines: Sequence[VllmEngine], partial: PartialCompletions | None = None) -> None:
        super().__init__(partial, engines[0].tokenizer, engines[0].context)
        self.engines, self.name = list(engines), engines[0].name

    def _cut(self, requests: Sequence[Request]) -> list[list[int]]:
        rows = range(len(requests))
        return [list(rows[start : start + SERVER_SHARE]) for start in rows[::SERVER_SHARE]]

    def _sampled(self, asked: Asked, settings: Settings) -> Done:
        prompts = dict.fromkeys(request.prompt for share in asked.values() for request in share)
        turn = {prompt: self.engines[index % len(self.engines)] for index, prompt in enumerate(prompts)}
        shares = {
            number: [turn[request.prompt].submit(request, settings) for request in share]
            for number, share in asked.items()
        }
        try:
            yield from _completed(shares)
        finally:
            for waiting in shares.values():
                for answer in waiting:
                    answer.cancel()


def gpus_of(worker: int, gpus: int) -> str | None:
    """CUDA_VISIBLE_DEVICES of a worker that spans `each` GPUs; None where the job has none."""
    visible = [gpu for gpu in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if gpu]
    return ",".join(visible[worker * gpus : (worker + 1) * gpus]) or None


def _completed(shares: dict[int, list[Future[Completion]]]) -> Done:
    """Each share when the last of its answers is there. Raises the first error, after whole shares."""
    numbers = {answer: number for number, waiting in shares.items() for answer in waiting}
    missing = {number: len(waiting) for number, waiting in shares.items()}
    for answer in as_completed(numbers):
        if error := answer.exception():
            whole = [number for number in missing if missing[number] and all(map(_answered, shares[number]))]
            yield from ((number, _results(shares[number])) for number in whole)
            raise error
        number = numbers[answer]
        missing[number] -= 1
        if not missing[number]:
            yield number, _results(shares[number])


def _answered(answer: Future[Completion]) -> bool:
    return answer.done() and not answer.exception()


def _results(answers: list[Future[Completion]]) -> list[Completion]:
    return [answer.result() for answer in answers]


def _open(numbers: Any, open_one: Callable[..., Engine], arguments: tuple[Any, ...]) -> None:
    """In a new process: see one's own GPU only, and open the engine."""
    global _engine
    Thread(target=_end_with_parent, daemon=True).start()
    if gpu := gpus_of(numbers.get(), 1):
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    _engine = open_one(*arguments)


def _end_with_parent() -> None:
    """A job that was killed must not leave processes that hold its memory and its GPUs."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _sample(requests: list[Request], settings: Settings) -> list[Completion]:
    return _engine.sample(requests, settings)
