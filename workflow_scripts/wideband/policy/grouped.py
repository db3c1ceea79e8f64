"""Products of rows with one matrix per group, and y = x W^T + s (x A^T) B^T without W + BA ever formed.

Rows are sorted by group; `ends` holds where each group ends. Shapes: x (rows, in), W (groups, out, in),
A (groups, r, in), B (groups, out, r). LoRA (Hu et al. 2021) for the experts of a mixture.
"""

from typing import NamedTuple

import torch


class LowRank(NamedTuple):
    """A frozen stack of matrices with its adapter: W in its own dtype, A and B in fp32."""

    weight: torch.Tensor
    down: torch.Tensor
    up: torch.Tensor
    scale: float

    def inner(self, x: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """x A^T, fp32, shape (rows, r)."""
        return rows_by_matrix(x.float(), self.down.transpose(1, 2), ends)

    def product(self, x: torch.Tensor, inner: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """y in fp32, shape (rows, out): W's product in W's own dtype, the rest and the sum in fp32."""
        y = rows_by_matrix(x, self.weight.transpose(1, 2), ends).float()
        return rows_by_matrix(inner, self.up.transpose(1, 2), ends, onto=y, scale=self.scale)

    def backward(self, grad: torch.Tensor, inner: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """The gradient of x, fp32, given those of y and of s B's input (`inner_gradient`)."""
        grad_x = rows_by_matrix(grad.to(self.weight.dtype), self.weight, ends).float()
        return rows_by_matrix(inner, self.down, ends, onto=grad_x)

    def inner_gradient(self, grad: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """s grad B, the gradient of x A^T, shape (rows, r)."""
        return rows_by_matrix(grad, self.up, ends, scale=self.scale)


def rows_by_matrix(
    x: torch.Tensor,
    matrices: torch.Tensor,
    ends: torch.Tensor,
    onto: torch.Tensor | None = None,
    scale: float = 1.0,
) -> torch.Tensor:
    """scale · x_g M_g for each group, M (groups, in, out); added to `onto` (rows, out) in place if given."""
    if x.device.type != "cpu":
        y = torch.nn.functional.grouped_mm(x, matrices, offs=ends)
        return onto.add_(y, alpha=scale) if onto is not None else y.mul_(scale)
    y = x.new_empty(len(x), matrices.shape[2]) if onto is None else onto
    beta = 0.0 if onto is None else 1.0
    for group, start, end in _spans(ends):
        torch.addmm(y[start:end], x[start:end], matrices[group], beta=beta, alpha=scale, out=y[start:end])
    return y


def matrix_of_rows(
    left: torch.Tensor, right: torch.Tensor, ends: torch.Tensor, scale: float = 1.0
) -> torch.Tensor:
    """scale · left_g^T right_g for each group, shape (groups, left's columns, right's columns)."""
    if left.device.type != "cpu":
        return torch.nn.functional.grouped_mm(left.T, right, offs=ends).mul_(scale)
    products = left.new_zeros(len(ends), left.shape[1], right.shape[1])
    for group, start, end in _spans(ends):
        torch.addmm(
            products[group], left[start:end].T, right[start:end], beta=0.0, alpha=scale, out=products[group]
        )
    return products


def _spans(ends: torch.Tensor) -> list[tuple[int, int, int]]:
    """(group, start, end) of the groups that have rows."""
    limits = ends.tolist()
    spans = zip(range(len(limits)), [0, *limits], limits, strict=False)
    return [span for span in spans if span[1] < span[2]]
