"""What no CPU can measure, in one script of at most eight minutes on one GPU with 140 GB of memory.

Qwen3-30B-A3B with random weights: a training step with LoRA on all experts against stock PEFT, decoding, an
exact law, and what bf16 keeps of an update. It needs torch, transformers and peft, no network and no weights.

    PYTHONPATH=workflow_scripts python tests/gpu/measure.py --out measured.json
    PYTHONPATH=workflow_scripts python tests/gpu/measure.py --tiny     # the same on a CPU, at toy sizes

Parts that no time is left for, or no memory, say so in the table instead of a figure.
"""

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel, Qwen3MoeConfig, Qwen3MoeForCausalLM

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from bench_expert_lora import adapted, fidelity

from wideband.likelihood.exact import answers, parts_of
from wideband.likelihood.packed import lines, pack, packable, score
from wideband.sampling.decode import decode
from wideband.sampling.requests import Settings

# Seconds after which nothing new is begun.
LIMIT = 400
DIGITS = range(10, 20)
END = 1


@dataclass(frozen=True)
class Size:
    """A model, and how much of each work it is given."""

    hidden: int = 2048
    layers: int = 48
    heads: int = 32
    kv_heads: int = 4
    head_dim: int = 128
    experts: int = 128
    chosen: int = 8
    width: int = 768
    vocabulary: int = 151_936
    rank: int = 16
    # Tokens a row, and tokens a step.
    row: int = 1024
    steps: tuple[int, ...] = (1024, 4096, 16_384)
    rollouts: tuple[int, ...] = (128, 512)
    new_tokens: int = 64
    integers: int = 1000
    repeats: int = 3


TINY = Size(32, 2, 4, 2, 8, 4, 2, 16, 64, 4, 16, (16, 64), (4, 8), 4, 20, 1)


class Machine:
    """The device, its clock and its memory."""

    def __init__(self) -> None:
        self.gpu = torch.cuda.is_available()
        self.device = torch.device("cuda" if self.gpu else "cpu")
        self.dtype = torch.bfloat16 if self.gpu else torch.float32
        self.began = time.perf_counter()

    def used(self) -> float:
        """Seconds since the script began."""
        return time.perf_counter() - self.began

    def timed(self, work: Callable[[], Any], repeats: int) -> dict[str, float]:
        """Median seconds of a warm run, and the peak of allocated memory in GB (0 on a CPU)."""
        work()
        seconds = []
        if self.gpu:
            torch.cuda.reset_peak_memory_stats()
        for _ in range(repeats):
            self._wait()
            start = time.perf_counter()
            work()
            self._wait()
            seconds.append(time.perf_counter() - start)
        peak = torch.cuda.max_memory_allocated() / 1e9 if self.gpu else 0.0
        return {"seconds": statistics.median(seconds), "peak_gb": peak}

    def _wait(self) -> None:
        if self.gpu:
            torch.cuda.synchronize()

    def description(self) -> dict[str, Any]:
        """What the figures were measured on, and with."""
        return {
            "date": time.strftime("%Y-%m-%d"),
            "device": torch.cuda.get_device_name() if self.gpu else platform.processor() or "CPU",
            "versions": {name: version(name) for name in ("torch", "transformers", "peft")},
        }


def base(size: Size, machine: Machine) -> Qwen3MoeForCausalLM:
    """Random weights on the device, drawn there from a fixed seed: nothing passes through the host."""
    config = Qwen3MoeConfig(
        vocab_size=size.vocabulary,
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.kv_heads,
        head_dim=size.head_dim,
        num_experts=size.experts,
        num_experts_per_tok=size.chosen,
        moe_intermediate_size=size.width,
        max_position_embeddings=max(size.row, 2048),
        norm_topk_prob=True,
        tie_word_embeddings=False,
        router_aux_loss_coef=0.0,
        eos_token_id=END,
    )
    config._experts_implementation = "grouped_mm"
    with torch.device("meta"):
        model = Qwen3MoeForCausalLM(config).to(machine.dtype)
    model = model.to_empty(device=machine.device)
    generator = torch.Generator(machine.device).manual_seed(1)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "norm" in name:
                value.fill_(1.0)
            else:
                value.normal_(0.0, 0.02, generator=generator)
    # A buffer that no weight fills: the angles of the positions.
    model.model.rotary_emb = type(model.model.rotary_emb)(config).to(machine.device)
    return model


def trained(model: PreTrainedModel, size: Size, side: str) -> PeftModel:
    """LoRA on attention and all experts, ours or stock PEFT's, ready to train."""
    policy = adapted(model, side, size.rank, 2 * size.rank)
    causal = policy.get_base_model()
    causal.gradient_checkpointing_enable({"use_reentrant": False})
    causal.enable_input_require_grads()
    return policy.train()


def step(policy: PeftModel, size: Size, tokens: int) -> None:
    """Forward and backward of one micro-batch; the head row by row, so that logits need little memory."""
    policy.zero_grad(set_to_none=True)
    causal = policy.get_base_model()
    generator = torch.Generator().manual_seed(4)
    shape = (max(1, tokens // size.row), min(tokens, size.row))
    ids = torch.randint(20, size.vocabulary, shape, generator=generator).to(causal.device)
    hidden = causal.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state

    def loss(states: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
        logprobs = torch.log_softmax(causal.lm_head(states[:-1]).float(), dim=-1)
        return -logprobs.gather(1, row[1:, None]).sum() / ids.numel()

    rows = zip(hidden, ids, strict=True)
    torch.stack([checkpoint(loss, *row, use_reentrant=False) for row in rows]).sum().backward()


class NoStop:
    """Every rollout is as long as it may be."""

    reach = 1

    def may_end(self, token: int) -> bool:
        """No token ends a completion."""
        return False


def decoding(model: PreTrainedModel, size: Size, rollouts: int) -> int:
    """Sample `rollouts` completions of one prompt; how many tokens."""
    prompt = list(range(20, 20 + size.row // 8))
    settings = Settings(1.0, size.new_tokens, ())
    owners, seeds = [0] * rollouts, list(range(rollouts))
    done = decode(model, [prompt], owners, seeds, settings, NoStop(), rollouts)
    return sum(len(each.token_ids) for _, each in done)


def integer_law(model: PreTrainedModel, size: Size) -> torch.Tensor:
    """Log-probabilities of the integers from 1, every digit a token, with their end token."""
    prompt = list(range(20, 20 + size.row // 8))
    sequences = [tuple(DIGITS[int(digit)] for digit in str(each)) for each in range(1, size.integers + 1)]
    found = torch.empty(len(sequences), dtype=torch.float64)
    with packable(model) as causal, torch.inference_mode():
        for parts in lines(parts_of([(prompt, sequences)]), 8192):
            scores = score(causal, pack(parts, causal.device), END, 1.0)
            for part, logprobs in zip(parts, answers(parts, scores), strict=True):
                found[part.rows] = logprobs.cpu()
    return found


def one_by_one(model: PreTrainedModel, size: Size, options: list[int]) -> torch.Tensor:
    """The same log-probabilities with a pass of its own for each of these integers."""
    prompt, found = list(range(20, 20 + size.row // 8)), []
    for option in options:
        tokens = [DIGITS[int(digit)] for digit in str(option)]
        ids = torch.tensor([[*prompt, *tokens]], device=model.device)
        with torch.inference_mode():
            logits = model(ids, use_cache=False, logits_to_keep=len(tokens) + 1).logits[0].float()
        logprobs = torch.log_softmax(logits, dim=-1)
        found.append(sum(logprobs[place, token] for place, token in enumerate([*tokens, END])))
    return torch.stack(found)


class Table:
    """The rows that were measured, printed as they come."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.rows = machine, []

    def add(self, what: str, work: Callable[[], dict[str, float]]) -> None:
        """Measure one row, or say why there is no figure."""
        if self.machine.used() > LIMIT:
            row: dict[str, Any] = {"what": what, "left_out": "no time was left"}
        else:
            try:
                row = {"what": what, **work()}
            except torch.OutOfMemoryError:
                row = {"what": what, "left_out": "out of memory"}
                gc.collect()
                torch.cuda.empty_cache()
        self.rows.append(row)
        figures = "  ".join(
            f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, int | float)
        )
        print(f"{what:44} {row.get('left_out') or figures}", flush=True)


@contextmanager
def loaded(size: Size, machine: Machine) -> Iterator[Qwen3MoeForCausalLM]:
    """A base whose memory is free again afterwards."""
    model = base(size, machine)
    try:
        yield model
    finally:
        del model
        gc.collect()
        if machine.gpu:
            torch.cuda.empty_cache()


def training(table: Table, size: Size, side: str) -> None:
    """The rows of one side's training step."""
    with loaded(size, table.machine) as model:
        policy = trained(model, size, side)
        for tokens in size.steps:

            def work(tokens: int = tokens) -> dict[str, float]:
                row = table.machine.timed(lambda: step(policy, size, tokens), size.repeats)
                return row | {"tokens": tokens, "tokens_per_second": tokens / row["seconds"]}

            table.add(f"training step, {tokens} tokens, {side}", work)
        policy.zero_grad(set_to_none=True)


def inference(table: Table, size: Size) -> None:
    """Decoding and the exact law of the untrained base."""
    with loaded(size, table.machine) as model:
        model.eval()
        for rollouts in size.rollouts:

            def sample(rollouts: int = rollouts) -> dict[str, float]:
                row = table.machine.timed(lambda: decoding(model, size, rollouts), 1)
                return row | {"tokens_per_second": rollouts * size.new_tokens / row["seconds"]}

            table.add(f"decoding, {rollouts} rollouts of {size.new_tokens} tokens", sample)

        def law() -> dict[str, float]:
            row = table.machine.timed(lambda: integer_law(model, size), size.repeats)
            options = list(range(1, size.integers + 1, max(1, size.integers // 16)))
            alone, packed = one_by_one(model, size, options), integer_law(model, size)
            apart = (packed[[option - 1 for option in options]].to(alone) - alone).abs().max().item()
            return row | {"options": size.integers, "largest_difference_nats": apart}

        table.add(f"exact law of the integers 1 to {size.integers}", law)


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure, print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tiny", action="store_true", help="toy sizes, for a CPU")
    parser.add_argument("--out", type=Path, help="JSON file for the figures")
    asked = parser.parse_args(arguments)
    machine = Machine()
    if not machine.gpu and not asked.tiny:
        parser.error("there is no GPU here; --tiny runs the same script at toy sizes")
    size, table = TINY if asked.tiny else Size(), Table(machine)
    training(table, size, "ours")
    inference(table, size)
    table.add("bf16 keeps of 10 updates at lr 5e-6", lambda: _kept(fidelity(10)))
    training(table, size, "stock")
    found = {**machine.description(), "size": asdict(size), "seconds": machine.used(), "rows": table.rows}
    if asked.out:
        asked.out.write_text(json.dumps(found, indent=2) + "\n")
    return found


def _kept(row: dict[str, float | str]) -> dict[str, float]:
    return {"ours": float(row["ours"]), "stock": float(row["baseline"])}


if __name__ == "__main__":
    main()
