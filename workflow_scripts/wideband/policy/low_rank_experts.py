"""The experts of a mixture with LoRA as one step of autograd that keeps little for its backward.

y_t = sum over the chosen experts e of p_te D_e(gate(U_e(x_t))), where U_e and D_e are `LowRank`: products
y = x W^T + s (x A^T) B^T without W + BA ever formed (Hu et al. 2021). Kept are x, the output of U and one
product of rank r; rows sorted by expert, the gate and D's product of rank r are computed again: no product
with a whole expert is.

Rows are sorted by group, an expert's each; `ends` holds where each group ends. Shapes: x (rows, in),
W (groups, out, in), A (groups, r, in), B (groups, out, r).
"""

from collections.abc import Callable
from typing import NamedTuple

import torch

Gate = Callable[[torch.Tensor], torch.Tensor]


class Routing(NamedTuple):
    """`order` sorts (token, choice) pairs by expert, `inverse` undoes it; `ends` of the experts' rows."""

    order: torch.Tensor
    inverse: torch.Tensor
    ends: torch.Tensor
    copies: int

    def spread(self, tokens: torch.Tensor) -> torch.Tensor:
        """A row for each token's each expert, sorted by expert."""
        return tokens.index_select(0, self.order // self.copies)

    def shares(self, weights: torch.Tensor) -> torch.Tensor:
        """The weight of each sorted row, fp32, shape (rows, 1), out of (tokens, k)."""
        return weights.flatten().index_select(0, self.order).float()[:, None]

    def gathered(self, rows: torch.Tensor) -> torch.Tensor:
        """Each token's sum over its rows, fp32."""
        back = rows.index_select(0, self.inverse).view(-1, self.copies, rows.shape[1])
        return back.sum(1, dtype=torch.float32)


def routing(top_k_index: torch.Tensor, experts: int) -> Routing:
    """The routing of (tokens, k) chosen experts."""
    chosen, order = torch.sort(top_k_index.flatten(), stable=True)
    inverse = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=order.device))
    groups = torch.arange(experts, device=chosen.device)
    ends = torch.searchsorted(chosen, groups, right=True).to(torch.int32)
    return Routing(order, inverse, ends, top_k_index.shape[-1])


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


class LowRankExperts(torch.autograd.Function):
    """`apply(x, p, routing, gate, U.weight, U.down, U.up, U.scale, D.weight, D.down, D.up, D.scale)`."""

    @staticmethod
    def forward(ctx, x, weights, where: Routing, gate: Gate, *stacks) -> torch.Tensor:
        """y in x's dtype, shape (tokens, hidden); `weights` are p, shape (tokens, k)."""
        first, second = LowRank(*stacks[:4]), LowRank(*stacks[4:])
        rows = where.spread(x).to(first.weight.dtype)
        inner = first.inner(rows, where.ends)
        wide = first.product(rows, inner, where.ends)
        del rows
        narrow = gate(wide).to(second.weight.dtype)
        y = second.product(narrow, second.inner(narrow, where.ends), where.ends)
        y.mul_(where.shares(weights))
        ctx.save_for_backward(x, weights, inner, wide, *where[:3], *stacks[:3], *stacks[4:7])
        ctx.rest = where.copies, gate, stacks[3], stacks[7]
        return where.gathered(y).to(x.dtype)

    @staticmethod
    def backward(ctx, grad: torch.Tensor) -> tuple:
        """Gradients of x, p and the four matrices of the adapter."""
        x, weights, inner, wide, order, inverse, ends, *stacks = ctx.saved_tensors
        copies, gate, *scales = ctx.rest
        where = Routing(order, inverse, ends, copies)
        first, second = LowRank(*stacks[:3], scales[0]), LowRank(*stacks[3:], scales[1])
        share = where.shares(weights)
        with torch.enable_grad():
            wide = wide.detach().requires_grad_()
            narrow = gate(wide)
        grad_narrow, grad_weights, grad_second = _second(grad, narrow.detach(), share, second, where)
        (grad_wide,) = torch.autograd.grad(narrow, wide, grad_narrow)
        del narrow, wide, grad_narrow
        grad_x, grad_first = _first(grad_wide, x, inner, first, where, ctx.needs_input_grad[0])
        return (
            grad_x,
            grad_weights.to(weights.dtype),
            None,
            None,
            None,
            *grad_first,
            None,
            None,
            *grad_second,
            None,
        )


def _second(
    grad: torch.Tensor, narrow: torch.Tensor, share: torch.Tensor, second: LowRank, where: Routing
) -> tuple[torch.Tensor, torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
    """Gradients of D's input, of p, and of D's A and B."""
    kept = narrow.to(second.weight.dtype).float()
    rows = where.spread(grad).float()
    grad_inner = second.inner_gradient(rows, where.ends)
    grad_kept = second.backward(rows, grad_inner, where.ends)
    # <grad, D(z)> = <D^T grad, z>: no need of D(z) itself.
    grad_weights = (grad_kept * kept).sum(1).index_select(0, where.inverse).view(-1, where.copies)
    grad_up = matrix_of_rows(rows, second.inner(kept, where.ends).mul_(share), where.ends, second.scale)
    grad_down = matrix_of_rows(grad_inner.mul_(share), kept, where.ends)
    return grad_kept.mul_(share), grad_weights, (grad_down, grad_up)


def _first(
    grad: torch.Tensor, x: torch.Tensor, inner: torch.Tensor, first: LowRank, where: Routing, wanted: bool
) -> tuple[torch.Tensor | None, tuple[torch.Tensor, torch.Tensor]]:
    """Gradients of x, and of U's A and B."""
    grad_inner = first.inner_gradient(grad, where.ends)
    grad_up = matrix_of_rows(grad, inner, where.ends, first.scale)
    rows = where.spread(x).to(first.weight.dtype).float()
    grad_down = matrix_of_rows(grad_inner, rows, where.ends)
    del rows
    grad_x = where.gathered(first.backward(grad, grad_inner, where.ends)).to(x.dtype) if wanted else None
    return grad_x, (grad_down, grad_up)
