"""The work of a job, shared by processes of this machine.

Each computes on one thread, however many processes there are: results do not depend on their number.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from ..errors import WidebandError
from .reads import Reads

Item, Result = TypeVar("Item"), TypeVar("Result")


class ProcessKilled(WidebandError):
    """A process of a job was ended from outside."""


def mapped(work: Callable[[Item], Result], items: Iterable[Item], processes: int) -> list[Result]:
    """`[work(item) for item in items]`, by so many processes; what they read, this job has read.

    Raises what `work` raises, and ProcessKilled.
    """
    with threadpool_limits(1):
        if processes == 1:
            return [work(item) for item in items]
        forking = multiprocessing.get_context("fork")
        try:
            with ProcessPoolExecutor(processes, forking, _end_with_parent) as pool:
                done = list(pool.map(partial(_watched, work), items))
        except BrokenProcessPool:
            raise ProcessKilled(
                "a process of this job was killed, mostly for want of memory; give `resources.analysis` more "
                "memory_gb, or fewer cpus"
            ) from None
    for _, read in done:
        Reads.add(read)
    return [result for result, _ in done]


def _watched(work: Callable[[Any], Any], item: Any) -> tuple[Any, set[str]]:
    """What comes of it, and what was read that the job had not declared."""
    return work(item), Reads.so_far()


def _end_with_parent() -> None:
    """A job that was killed must leave no processes."""

    def wait() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()
