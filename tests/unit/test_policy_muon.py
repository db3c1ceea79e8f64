"""Muon's update: matrices of a stack are made orthogonal one by one."""

import pytest
import torch

from wideband.policy.pretrain import Muon, orthogonal


@pytest.mark.parametrize("shape", [(5, 8), (8, 5), (3, 8, 5), (4, 6, 6)])
def test_singular_values_come_near_one(shape: tuple[int, ...]) -> None:
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    values = torch.linalg.svdvals(orthogonal(matrices))
    assert values.min() > 0.3
    assert values.max() < 1.6


def test_a_stack_is_its_matrices_one_by_one() -> None:
    stack = torch.randn((3, 8, 5), generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(orthogonal(stack), torch.stack([orthogonal(matrix) for matrix in stack]))


def test_steps_go_downhill_and_leave_what_has_no_gradient() -> None:
    moved, still = torch.nn.Parameter(torch.eye(4) * 3), torch.nn.Parameter(torch.ones(4, 4))
    optimizer = Muon([moved, still], lr=0.1)
    before = moved.square().sum().item()
    moved.square().sum().backward()
    optimizer.step()
    assert moved.square().sum().item() < before
    assert torch.equal(still, torch.ones(4, 4))
