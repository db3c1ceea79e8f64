"""Products of rows with one matrix per group: y = x W^T + s (x A^T) B^T with neither W + BA nor dW formed.

Rows are sorted by group; `ends` holds where each group ends. Shapes: x (rows, in), W (groups, out, in),
A (groups, r, in), B (groups, out, r). LoRA (Hu et al. 2021) for the experts of a mixture.
"""

import torch


class LowRankLinear(torch.autograd.Function):
    """y in fp32: W's product in W's own dtype, the low-rank product and the sum in fp32. W is frozen."""

    @staticmethod
    def forward(ctx, x, weight, down, up, scale: float, ends: torch.Tensor) -> torch.Tensor:
        """y of shape (rows, out)."""
        inner = rows_by_matrix(x.float(), down.transpose(1, 2), ends)
        ctx.save_for_backward(x, weight, down, up, inner, ends)
        ctx.scale = scale
        y = rows_by_matrix(x, weight.transpose(1, 2), ends).float()
        return rows_by_matrix(inner, up.transpose(1, 2), ends, onto=y, scale=scale)

    @staticmethod
    def backward(ctx, grad: torch.Tensor) -> tuple:
        """Gradients of x, A and B."""
        x, weight, down, up, inner, ends = ctx.saved_tensors
        grad = grad.contiguous()
        grad_inner = rows_by_matrix(grad, up, ends, scale=ctx.scale)
        grad_up = matrix_of_rows(grad, inner, ends, scale=ctx.scale)
        grad_down = matrix_of_rows(grad_inner, x.float(), ends)
        grad_x = None
        if ctx.needs_input_grad[0]:
            grad_x = rows_by_matrix(grad.to(weight.dtype), weight, ends).float()
            grad_x = rows_by_matrix(grad_inner, down, ends, onto=grad_x).to(x.dtype)
        return grad_x, None, grad_down, grad_up, None, None


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


class Dispatch(torch.autograd.Function):
    """Rows of x in the order of `order`, each token `copies` times; backward is a sum, not a scatter."""

    @staticmethod
    def forward(ctx, x, order: torch.Tensor, inverse: torch.Tensor, copies: int) -> torch.Tensor:
        """Shape (tokens * copies, width)."""
        ctx.save_for_backward(inverse)
        ctx.copies = copies
        return x.index_select(0, order // copies)

    @staticmethod
    def backward(ctx, grad: torch.Tensor) -> tuple:
        """The gradient of x: the sum over its copies, in fp32."""
        (inverse,) = ctx.saved_tensors
        back = grad.index_select(0, inverse)
        total = back.view(-1, ctx.copies, grad.shape[1]).sum(1, dtype=torch.float32)
        return total.to(grad.dtype), None, None, None


class Reorder(torch.autograd.Function):
    """Rows in the order of `inverse`; backward puts them back by `order`."""

    @staticmethod
    def forward(ctx, x, order: torch.Tensor, inverse: torch.Tensor) -> torch.Tensor:
        """Shape of x."""
        ctx.save_for_backward(order)
        return x.index_select(0, inverse)

    @staticmethod
    def backward(ctx, grad: torch.Tensor) -> tuple:
        """The gradient of x."""
        (order,) = ctx.saved_tensors
        return grad.index_select(0, order), None, None


def _spans(ends: torch.Tensor) -> list[tuple[int, int, int]]:
    """(group, start, end) of the groups that have rows."""
    limits = ends.tolist()
    spans = zip(range(len(limits)), [0, *limits], limits, strict=False)
    return [span for span in spans if span[1] < span[2]]
