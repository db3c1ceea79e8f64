"""Which rows go to which expert of a mixture."""

from typing import NamedTuple

import torch


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
