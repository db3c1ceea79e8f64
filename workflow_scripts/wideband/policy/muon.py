"""Muon (Jordan et al. 2024) for matrices and for stacks of expert matrices.

torch.optim.Muon takes single matrices only; fused experts are stacks, shape (experts, out, in).
"""

from functools import partial

import torch

from .data_parallel import shared_out

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
STEPS = 5


class Muon(torch.optim.Optimizer):
    """Nesterov momentum whose update is orthogonalised, matrix by matrix.

    Of processes that train together each keeps the momentum of its own share of the parameters.
    """

    def __init__(self, parameters: list[torch.nn.Parameter], lr: float, momentum: float = 0.95):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            moved = [parameter for parameter in group["params"] if parameter.grad is not None]
            updates = shared_out(partial(self._update, momentum=group["momentum"]), moved)
            for parameter, update in zip(moved, updates, strict=True):
                # Tall matrices take larger steps, so that the change of the output is alike for all shapes.
                scale = max(1.0, parameter.shape[-2] / parameter.shape[-1]) ** 0.5
                parameter.add_(update, alpha=-group["lr"] * scale)

    def _update(self, parameter: torch.nn.Parameter, momentum: float) -> torch.Tensor:
        buffer = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
        buffer.lerp_(parameter.grad, 1 - momentum)
        return orthogonal(parameter.grad.lerp(buffer, momentum))


def orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """The nearest semi-orthogonal matrix of each (…, m, n), by five Newton-Schulz iterations."""
    a, b, c = COEFFICIENTS
    x = matrices / (matrices.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    for _ in range(STEPS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x
