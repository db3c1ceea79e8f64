"""Plain data parallelism over forked processes on one machine: each trains on its share of every batch.

For a model of a million parameters two processes of one thread are about twice as fast as two threads
in one process, whose matrices are too small to share.
"""

import multiprocessing
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist

PATIENCE = timedelta(minutes=5)


def in_parallel(work: Callable[[int, int], dict[str, float]], processes: int) -> dict[str, float]:
    """Call `work(rank, processes)` in this process as rank 0 and in forked ones; rank 0's answer.

    Must be called before torch has computed anything: threads do not survive a fork.
    """
    torch.set_num_threads(1)
    if processes == 1:
        return work(0, 1)
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        context = multiprocessing.get_context("fork")
        others = [
            context.Process(target=_join, args=(work, rank, processes, store), daemon=True)
            for rank in range(1, processes)
        ]
        for other in others:
            other.start()
        answer = _join(work, 0, processes, store)
        for other in others:
            # Once waited for, its processor time is this process's too, and so in the manifest.
            other.join()
        return answer


def average_gradients(parameters: list[torch.nn.Parameter]) -> None:
    """Sum every gradient over the processes; shares are weighted beforehand, so the sum is the mean."""
    if not dist.is_initialized():
        return
    flat = torch.cat([parameter.grad.flatten() for parameter in parameters])
    dist.all_reduce(flat)
    for parameter, part in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        parameter.grad.copy_(part.view_as(parameter))


def shared_out(
    work: Callable[[torch.Tensor], torch.Tensor], tensors: list[torch.Tensor]
) -> list[torch.Tensor]:
    """`work` of each tensor, which has the tensor's shape, each done by one of the processes for all."""
    if not dist.is_initialized():
        return [work(tensor) for tensor in tensors]
    rank, owners = dist.get_rank(), _owners([tensor.numel() for tensor in tensors], dist.get_world_size())
    done = [
        work(tensor) if owner == rank else torch.empty_like(tensor)
        for tensor, owner in zip(tensors, owners, strict=True)
    ]
    for owner in sorted(set(owners)):
        share = [index for index, holder in enumerate(owners) if holder == owner]
        flat = torch.cat([done[index].flatten() for index in share])
        dist.broadcast(flat, owner)
        for index, part in zip(share, flat.split([done[i].numel() for i in share]), strict=True):
            done[index] = part.view_as(done[index])
    return done


def _owners(sizes: list[int], processes: int) -> list[int]:
    """Who works on what: the largest first, each to whom has least so far."""
    owners, loads = [0] * len(sizes), [0] * processes
    for index in sorted(range(len(sizes)), key=lambda index: -sizes[index]):
        owners[index] = loads.index(min(loads))
        loads[owners[index]] += sizes[index]
    return owners


def _join(work: Callable, rank: int, processes: int, store: str) -> dict[str, float]:
    dist.init_process_group(
        "gloo", init_method=f"file://{store}", rank=rank, world_size=processes, timeout=PATIENCE
    )
    try:
        return work(rank, processes)
    finally:
        dist.destroy_process_group()
