"""LoRA on fused experts against stock PEFT: a training step, its memory, what survives of a change in bf16.

`bench_expert_lora.py peak <size> <side>` prints the bytes by which one step raises the process's peak.
"""

import os
import sys
from dataclasses import dataclass

import torch
from harness import compare, growth, peak_bytes, title, write
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners import lora
from transformers import PreTrainedModel, Qwen3MoeConfig, Qwen3MoeForCausalLM

from wideband.config.policy import Lora
from wideband.policy.expert_lora import ParamWrapper, has_fused_experts
from wideband.policy.lora import ATTENTION, DENSE, EXPERTS, attach
from wideband.policy.low_rank_experts import LowRank

LR = 5e-6


@dataclass(frozen=True)
class Size:
    """A model and a micro-batch."""

    hidden: int
    experts: int
    chosen: int
    width: int
    layers: int
    rank: int
    rows: int
    columns: int


SIZES = {
    "micro": Size(128, 8, 2, 96, 3, 8, 64, 96),
    "512": Size(512, 32, 4, 256, 4, 32, 16, 128),
}


def base(size: Size) -> Qwen3MoeForCausalLM:
    """Random weights from a fixed seed, fp32."""
    config = Qwen3MoeConfig(
        vocab_size=512,
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=size.hidden // 4,
        num_experts=size.experts,
        num_experts_per_tok=size.chosen,
        moe_intermediate_size=size.width,
        tie_word_embeddings=True,
        router_aux_loss_coef=0.0,
    )
    config._experts_implementation = "grouped_mm"
    torch.manual_seed(1)
    return Qwen3MoeForCausalLM(config)


def adapted(model: PreTrainedModel, side: str, rank: int, alpha: int) -> PeftModel:
    """The same fresh adapter from a fixed seed on either side: "ours", or stock PEFT's."""
    mixture = has_fused_experts(model)
    stock = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        target_modules=ATTENTION if mixture else [*ATTENTION, *DENSE],
        target_parameters=EXPERTS if mixture else None,
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(2)
    return attach(model, Lora(rank=rank, alpha=alpha)) if side == "ours" else get_peft_model(model, stock)


def with_random_b(model: PeftModel) -> PeftModel:
    """The adapter as after some training, the same for both sides."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, value in sorted(model.named_parameters()):
            if "lora_B" in name:
                value.copy_(0.01 * torch.randn(value.shape, generator=generator))
    return model.train()


def policy(size: Size, side: str) -> PeftModel:
    """The same adapter on the same base, with B random."""
    return with_random_b(adapted(base(size), side, size.rank, size.rank))


def step(model: PeftModel, size: Size) -> list[torch.Tensor]:
    """Forward and backward of one micro-batch; logits' sample and all gradients."""
    model.zero_grad()
    ids = torch.randint(0, 512, (size.rows, size.columns), generator=torch.Generator().manual_seed(4))
    logits = model(input_ids=ids).logits
    torch.log_softmax(logits, -1).gather(2, ids[..., None]).mean().backward()
    return [logits.detach()[0], *(p.grad for p in model.parameters() if p.requires_grad)]


def close(ours: list[torch.Tensor], stock: list[torch.Tensor]) -> None:
    """Raise unless logits and every gradient agree, each relative to its own largest entry."""
    for mine, theirs in zip(ours, stock, strict=True):
        worst = ((mine - theirs).abs().max() / theirs.abs().max()).item()
        if worst > 1e-3:
            raise AssertionError(f"a difference of {worst:.1e} relative to the largest entry")


def fidelity(steps: int) -> dict[str, float | str]:
    """Share of scale · B A that acts in bf16 after `steps` signed updates of B, by each side's own code."""
    size = Size(1024, 4, 2, 512, 1, 32, 0, 0)
    model = attach(base(size).bfloat16(), Lora(rank=size.rank, alpha=size.rank))
    wrapper = next(each for each in model.modules() if isinstance(each, ParamWrapper))
    generator = torch.Generator().manual_seed(steps)
    with torch.no_grad():
        up = wrapper.lora_B["default"].weight
        up.copy_(LR * sum(torch.randint(0, 2, up.shape, generator=generator) * 2.0 - 1 for _ in range(steps)))
        down, b, scale = wrapper.factors()
        change = scale * b.double() @ down.double()
        weight = wrapper.get_param()
        x = torch.randn(size.experts * 64, weight.shape[2], generator=generator).bfloat16()
        ends = torch.arange(64, len(x) + 1, 64, dtype=torch.int32)
        live, still = (LowRank(weight, down, each, scale) for each in (b, torch.zeros_like(b)))
        inner = live.inner(x, ends)
        kept = live.product(x, inner, ends) - still.product(x, inner, ends)
        exact = torch.einsum("eni,eoi->eno", x.double().view(size.experts, 64, -1), change).flatten(0, 1)
        with lora.ParamWrapper._activate_lora(wrapper, ["default"]):
            summed = getattr(wrapper.get_base_layer(), wrapper.parameter_name).double() - weight.double()
    row = {"what": f"share of the change after {steps} steps", "ours": share(kept, exact)}
    return row | {"baseline": share(summed, change)}


def share(kept: torch.Tensor, exact: torch.Tensor) -> float:
    """The part of `exact` that `kept` has, by projection."""
    return ((kept.double() * exact).sum() / (exact * exact).sum()).item()


def training_step(name: str, size: Size) -> dict[str, float | str]:
    """Time and peak memory of one step on either side."""
    ours, stock = policy(size, "ours"), policy(size, "stock")
    row = compare(name, lambda: step(ours, size), lambda: step(stock, size), close, 3)
    peaks = [peak_bytes(__file__, "peak", name, side) for side in ("ours", "stock")]
    print(f"{'  peak memory of the step':46} {peaks[0] / 2**20:6.0f} MiB {peaks[1] / 2**20:6.0f} MiB")
    return row | {"ours_peak_bytes": peaks[0], "baseline_peak_bytes": peaks[1]}


def main() -> None:
    """Print and write the tables."""
    title("a training step (forward and backward, fp32), against stock PEFT")
    rows = []
    rows = [training_step(name, size) for name, size in SIZES.items()]
    print("\nshare of the LoRA change that survives in bf16 at lr 5e-6 (ours, stock PEFT)")
    for steps in (1, 10, 80):
        rows.append(fidelity(steps))
        print(f"{rows[-1]['what']:46} {rows[-1]['ours']:10.3f} {rows[-1]['baseline']:10.3f}")
    write("expert_lora", rows)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    if sys.argv[1:2] == ["peak"]:
        chosen = SIZES[sys.argv[2]]
        measured = policy(chosen, sys.argv[3])
        print(growth(lambda: step(measured, chosen)))
    else:
        main()
