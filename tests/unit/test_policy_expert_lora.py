"""LoRA on fused experts: the numbers of stock PEFT in fp32, and a change that survives bf16."""

from pathlib import Path

import pytest
import torch
from peft import PeftModel
from peft.tuners import lora
from tiny_policy import BASE, LORA
from transformers import PreTrainedTokenizerBase

from wideband.policy.base import load_model
from wideband.policy.expert_lora import ParamWrapper
from wideband.policy.lora import attach, resume
from wideband.policy.low_rank_experts import LowRank, LowRankExperts, routing
from wideband.policy.merging import merged_for_sampling
from wideband.sampling.requests import Request, Settings
from wideband.sampling.transformers_engine import TransformersEngine

IDS = torch.arange(60).view(2, 30)
LR = 5e-6


@pytest.fixture(scope="module")
def adapter(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter folder whose every matrix is random."""
    folder = tmp_path_factory.mktemp("adapter")
    _policy(tiny_base).save_pretrained(folder)
    return folder


def _policy(base: Path, dtype: str | None = None) -> PeftModel:
    """Ours, with B random too: a fresh adapter changes nothing."""
    generator = torch.Generator().manual_seed(7)
    torch.manual_seed(7)
    policy = attach(load_model(base, dtype), LORA)
    with torch.no_grad():
        for name, value in policy.named_parameters():
            if "lora_B" in name:
                value.copy_(0.05 * torch.randn(value.shape, generator=generator))
    return policy


def _stock(base: Path, adapter: Path, dtype: str | None = None) -> PeftModel:
    return PeftModel.from_pretrained(load_model(base, dtype), str(adapter), is_trainable=True)


def _gradients(policy: PeftModel) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    policy.train()
    logits = policy(IDS).logits
    torch.log_softmax(logits, -1)[..., 5].mean().backward()
    return logits.detach(), {n: p.grad for n, p in policy.named_parameters() if p.requires_grad}


def test_logits_and_gradients_are_those_of_stock_peft(tiny_base: Path, adapter: Path) -> None:
    ours, stock = resume(load_model(tiny_base), adapter), _stock(tiny_base, adapter)
    assert len([each for each in ours.modules() if isinstance(each, ParamWrapper)]) == 2 * BASE.layers
    assert not [each for each in stock.modules() if isinstance(each, ParamWrapper)]
    (mine, gradients), (theirs, expected) = _gradients(ours), _gradients(stock)
    torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-5)
    assert gradients.keys() == expected.keys()
    for name, gradient in expected.items():
        assert gradient.abs().max() > 0, name
        torch.testing.assert_close(gradients[name], gradient, rtol=1e-4, atol=1e-6, msg=name)


def test_an_adapter_that_stock_peft_saved_loads_here(tiny_base: Path, adapter: Path, tmp_path: Path) -> None:
    stock = _stock(tiny_base, adapter)
    stock.save_pretrained(tmp_path)
    ours = resume(load_model(tiny_base), tmp_path)
    with torch.no_grad():
        torch.testing.assert_close(ours(IDS).logits, stock(IDS).logits, rtol=0, atol=1e-5)
        with ours.disable_adapter(), stock.disable_adapter():
            assert torch.equal(ours(IDS).logits, stock(IDS).logits)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_gradient_checkpointing_changes_no_bit(tiny_base: Path, dtype: str) -> None:
    plain, checkpointed = _policy(tiny_base, dtype), _policy(tiny_base, dtype)
    checkpointed.gradient_checkpointing_enable({"use_reentrant": False})
    (logits, gradients), (again, repeated) = _gradients(plain), _gradients(checkpointed)
    assert torch.equal(logits, again)
    assert all(torch.equal(gradients[name], repeated[name]) for name in gradients)


def test_nothing_the_size_of_the_experts_is_made(tiny_base: Path, adapter: Path) -> None:
    ours = resume(load_model(tiny_base), adapter)
    weights = {id(value) for name, value in ours.named_parameters() if not value.requires_grad}
    sizes = {
        tuple(value.shape) for name, value in ours.named_parameters() if "experts" in name and value.ndim == 3
    }
    assert len(sizes) == 2
    seen: list[torch.Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda each: seen.append(each) or each, lambda each: each):
        _gradients(ours)
    assert [each.shape for each in seen if tuple(each.shape) in sizes and id(each) in weights]
    assert not [each.shape for each in seen if tuple(each.shape) in sizes and id(each) not in weights]


@pytest.mark.parametrize("chosen", [[[0, 1], [1, 3], [3, 0]], [[2, 0]] * 3, [[3, 2], [2, 3], [3, 2]]])
def test_experts_and_gradients_are_those_of_merged_weights(chosen: list[list[int]]) -> None:
    """Experts without rows included; against autograd through W + BA in fp64, token by token."""
    torch.manual_seed(1)
    shapes = {"x": (3, 6), "p": (3, 2), "a1": (4, 2, 6), "b1": (4, 10, 2), "a2": (4, 2, 5), "b2": (4, 6, 2)}
    values = {name: torch.randn(shape) for name, shape in shapes.items()}
    frozen = torch.randn(4, 10, 6), torch.randn(4, 6, 5)
    live = {name: value.clone().requires_grad_() for name, value in values.items()}
    stacks = (frozen[0], live["a1"], live["b1"], 0.5, frozen[1], live["a2"], live["b2"], 2.0)
    where = routing(torch.tensor(chosen), 4)
    y = LowRankExperts.apply(live["x"], live["p"], where, gate, *stacks)
    exact = {name: value.double().requires_grad_() for name, value in values.items()}
    first = frozen[0].double() + 0.5 * exact["b1"] @ exact["a1"]
    second = frozen[1].double() + 2.0 * exact["b2"] @ exact["a2"]
    rows = [
        sum(exact["p"][t, k] * second[e] @ gate(first[e] @ exact["x"][t]) for k, e in enumerate(experts))
        for t, experts in enumerate(chosen)
    ]
    expected, towards = torch.stack(rows), torch.randn_like(y)
    (y * towards).sum().backward()
    (expected * towards.double()).sum().backward()
    torch.testing.assert_close(y.double(), expected, rtol=0, atol=1e-4)
    for name, value in exact.items():
        torch.testing.assert_close(live[name].grad.double(), value.grad, rtol=0, atol=1e-4, msg=name)


def test_rows_by_expert_are_not_kept_for_the_backward_but_once() -> None:
    tokens, copies, hidden, width = 50, 2, 64, 24
    first, second = torch.randn(4, 2 * width, hidden), torch.randn(4, hidden, width)
    factors = [torch.randn(4, *shape) for shape in ((2, hidden), (2 * width, 2), (2, width), (hidden, 2))]
    stacks = (first, *factors[:2], 1.0, second, *factors[2:], 1.0)
    x, p = torch.randn(tokens, hidden, requires_grad=True), torch.rand(tokens, copies)
    given = {id(each) for each in (x, p, *stacks)}
    kept: list[torch.Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda each: kept.append(each) or each, lambda each: each):
        chosen = torch.randint(0, 4, (tokens, copies))
        LowRankExperts.apply(x, p, routing(chosen, 4), gate, *stacks)
    own = [each for each in kept if each.is_floating_point() and id(each) not in given]
    # The output of the first stack, and a product of rank 2.
    assert sum(each.numel() for each in own) == tokens * copies * (2 * width + 2)


def gate(wide: torch.Tensor) -> torch.Tensor:
    """SwiGLU, as Qwen's experts have it."""
    left, right = wide.chunk(2, dim=-1)
    return torch.nn.functional.silu(left) * right


@pytest.mark.parametrize("steps", [1, 10])
def test_a_small_change_survives_bf16(tiny_base: Path, steps: int) -> None:
    """After `steps` signed updates of B at the recipe's lr; stock PEFT's sum W + BA loses most of it."""
    policy = attach(load_model(tiny_base, "bfloat16"), LORA)
    wrapper = next(each for each in policy.modules() if isinstance(each, ParamWrapper))
    generator = torch.Generator().manual_seed(steps)
    with torch.no_grad():
        up = wrapper.lora_B["default"].weight
        signs = torch.randint(0, 2, (steps, *up.shape), generator=generator) * 2 - 1
        up.copy_(LR * signs.sum(0))
    weight, change = wrapper.get_param().detach(), wrapper_change(wrapper)
    experts = weight.shape[0]
    x = torch.randn(experts * 64, weight.shape[2], generator=generator).bfloat16()
    ends = torch.arange(64, len(x) + 1, 64, dtype=torch.int32)
    down, up, scale = (each.detach() if torch.is_tensor(each) else each for each in wrapper.factors())
    with_it, without = (
        stack.product(x, stack.inner(x, ends), ends)
        for stack in (LowRank(weight, down, each, scale) for each in (up, torch.zeros_like(up)))
    )
    exact = torch.einsum("eni,eoi->eno", x.double().view(experts, 64, -1), change).flatten(0, 1)
    assert _share(with_it - without, exact) == pytest.approx(1, abs=0.02)
    with lora.ParamWrapper._activate_lora(wrapper, ["default"]):
        summed = getattr(wrapper.get_base_layer(), wrapper.parameter_name).detach()
    assert _share(summed.double() - weight.double(), change) < 0.5


def wrapper_change(wrapper: ParamWrapper) -> torch.Tensor:
    """scale · B A of each expert, fp64, shape (experts, out, in)."""
    down, up, scale = wrapper.factors()
    return (scale * up.double() @ down.double()).detach()


def _share(kept: torch.Tensor, exact: torch.Tensor) -> float:
    return ((kept.double() * exact).sum() / (exact * exact).sum()).item()


def test_a_bf16_policy_is_sampled_with_its_adapter_live(
    tiny_base: Path, tokenizer: PreTrainedTokenizerBase
) -> None:
    policy = _policy(tiny_base, "bfloat16").eval()
    before = {name: value.clone() for name, value in policy.named_parameters()}
    requests = [Request("Q: 1 + 1?\n", seed) for seed in range(6)]
    with merged_for_sampling(policy) as live:
        done = TransformersEngine(live, tokenizer, 4).sample(requests, Settings(1.0, 8, ()))
    assert {each.finish_reason for each in done} <= {"stop", "length"}
    assert all(-100 < each.logprob < 0 for each in done)
    assert all(torch.equal(value, before[name]) for name, value in policy.named_parameters())
