"""128 ragged rollouts of the trained micro policy: this engine in TRL's hook against TRL's own generation."""

import os
from itertools import count
from pathlib import Path

import torch
from harness import ROOT, compare, needs, title, write
from peft import PeftModel
from transformers import GenerationConfig, PreTrainedModel

from wideband.policy.base import load_model, load_tokenizer
from wideband.policy.lora import resume
from wideband.policy.merging import merged_for_sampling
from wideband.sampling.requests import Request, Settings
from wideband.sampling.transformers_engine import TransformersEngine
from wideband.scaffolds import get
from wideband.tables import read_table

RESULTS = Path(os.environ.get("RESULTS", ROOT / "results/micro"))
BASE, ADAPTER = RESULTS / "models/micro", RESULTS / "arms/think/math_continuation/adapter"
PROMPTS, SAMPLES, MAX_TOKENS = 16, 8, 96

Rows = list[list[int]]


class Bench:
    """Both sides' policies and the prompts."""

    def __init__(self) -> None:
        self.tokenizer, self.scaffold = load_tokenizer(BASE), get("think")
        template = (ROOT / "config/prompts/think_micro.txt").read_text()
        problems = read_table(RESULTS / "data/math_test.parquet", "problems")["problem"][:PROMPTS]
        self.prompts = [self.scaffold.render(template, text) for text in problems]
        self.ours = resume(load_model(BASE), ADAPTER).eval()
        self.stock = PeftModel.from_pretrained(load_model(BASE), str(ADAPTER)).eval()
        self.seeds = count()

    def engine(self, policy: PreTrainedModel, temperature: float, samples: int) -> Rows:
        """Token ids of completions, as the rollout hook samples them: the adapter merged for a while.

        Other seeds each time, as on the other side: the longest rollout decides much of either's time.
        """
        requests = [Request(prompt, next(self.seeds)) for prompt in self.prompts for _ in range(samples)]
        settings = Settings(temperature, MAX_TOKENS, self.scaffold.stop)
        with merged_for_sampling(policy) as model:
            engine = TransformersEngine(model, self.tokenizer, len(requests))
            return [list(done.token_ids) for done in engine.sample(requests, settings)]

    def generate(self, temperature: float, samples: int) -> Rows:
        """What TRL's trainer does without a hook: one padded batch, a row per sample."""
        prompts = [prompt for prompt in self.prompts for _ in range(samples)]
        inputs = self.tokenizer(prompts, return_tensors="pt", padding=True, padding_side="left")
        stops = [self.tokenizer.eos_token_id, *(self.tokenizer.encode(tag)[0] for tag in self.scaffold.stop)]
        draw = {"do_sample": True, "temperature": temperature, "top_k": 0} if temperature else {}
        config = GenerationConfig(
            max_new_tokens=MAX_TOKENS, eos_token_id=stops, pad_token_id=self.tokenizer.pad_token_id, **draw
        )
        with torch.no_grad():
            rows = self.stock.generate(**inputs, generation_config=config)
        return [_ended(row, set(stops)) for row in rows[:, inputs["input_ids"].shape[1] :].tolist()]


def _ended(row: list[int], stops: set[int]) -> list[int]:
    ends = [index + 1 for index, token in enumerate(row) if token in stops]
    return row[: ends[0]] if ends else row


def same(ours: Rows, theirs: Rows) -> None:
    """Raise when greedy completions differ."""
    if ours != theirs:
        raise AssertionError(f"{sum(a != b for a, b in zip(ours, theirs, strict=True))} completions differ")


def alike(ours: Rows, theirs: Rows) -> None:
    """Raise when sampled lengths are of another size: both draw from one distribution, with other draws."""
    means = [sum(map(len, rows)) / len(rows) for rows in (ours, theirs)]
    longest = [max(map(len, rows)) for rows in (ours, theirs)]
    print(f"lengths: mean {means[0]:.1f} and {means[1]:.1f}, longest {longest[0]} and {longest[1]}")
    if not 0.8 < means[0] / means[1] < 1.25:
        raise AssertionError(f"mean lengths {means}")


def main() -> None:
    """Print and write the table."""
    needs(ADAPTER, "run `make demo` first, or set RESULTS to a micro study")
    torch.manual_seed(20260423)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))
    bench = Bench()
    same(bench.engine(bench.ours, 0.0, 1), bench.generate(0.0, 1))
    title(f"{PROMPTS * SAMPLES} ragged rollouts at micro, against TRL's own generation")
    rows = [
        compare(
            "sampling in training (fp32, merged for a while)",
            lambda: bench.engine(bench.ours, 1.0, SAMPLES),
            lambda: bench.generate(1.0, SAMPLES),
            alike,
            repeats=15,
        )
    ]
    write("rollouts", rows)


if __name__ == "__main__":
    main()
