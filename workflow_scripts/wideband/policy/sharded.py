"""A policy whose weights are shared out over the processes that train it (ZeRO-3, Rajbhandari et al. 2020).

Every forward pass gathers them layer by layer, so all processes must make the same number of passes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import nn


def is_sharded(model: nn.Module) -> bool:
    """Whether this process holds only its share of the weights."""
    return any(hasattr(parameter, "ds_id") for parameter in model.parameters())


def shape(parameter: torch.Tensor) -> torch.Size:
    """The shape of a parameter, also of one that is gathered when needed and empty meanwhile."""
    return getattr(parameter, "ds_shape", parameter.shape)


@contextmanager
def passes_together(model: nn.Module) -> Iterator[None]:
    """Let each process make as many passes as it needs, without gradient; the others join in meanwhile.

    Nothing happens for a model that is whole in every process. An error of one process is not waited for: its
    launcher ends the others.
    """
    if not is_sharded(model):
        yield
        return

    def join(*_: object) -> None:
        _anyone(model, working=True)

    joined = model.register_forward_pre_hook(join, prepend=True)
    try:
        yield
    finally:
        joined.remove()
    token = torch.zeros(1, 1, dtype=torch.long, device=model.device)
    with torch.no_grad():
        while _anyone(model, working=False):
            model(input_ids=token, use_cache=False)


def _anyone(model: nn.Module, working: bool) -> bool:
    """Whether any process has work left."""
    flag = torch.tensor([float(working)], device=model.device)
    dist.all_reduce(flag, op=dist.ReduceOp.MAX)
    return bool(flag.item())
