"""A GRPO micro-batch: this trainer's step against TRL's with stock PEFT.

Once rollouts of micro, as long as those of the finished demo on MATH problems; once short answers behind one
long prompt, as a study of answer diversity trains on, by the first LAYERS (4) of the 30 layers of
SmolLM2-135M-Instruct: of all of them a stock step takes minutes. Tokens are random; a step is
log-probabilities of the completions, forward and backward. Of short answers stock takes 32 at a time, since
all of them need more than 20 GB in 30 layers. `bench_training_step.py peak <size> <side>` prints the bytes by
which one step raises the process's peak. ROWS sets which rows, by their names (ROWS=answers), REPEATS how
often (5, of answers 2).
"""

import os
import sys
from copy import copy
from pathlib import Path

import torch
from bench_expert_lora import SIZES, adapted, close, policy, with_random_b
from harness import OUT, ROOT, compare, growth, needs, peak_bytes, title, write
from peft import PeftModel
from trl.trainer.utils import add_fused_lm_head

from wideband.config.parameters import packages
from wideband.config.policy import PackageBase
from wideband.policy.base import load_model
from wideband.policy.packaged import write_packaged
from wideband.policy.packed_attention import take_packed
from wideband.tables import read_table
from wideband.training.trainer import packed_scores

RESULTS = Path(os.environ.get("RESULTS", ROOT / "results/micro"))
ROLLOUTS = RESULTS / "arms/think/olympiad_rlvr/rollouts/math_test.parquet"
PROMPTS, SAMPLES = 16, 8
ROWS = {"micro": 64, "512": 32}
# Of how many rollouts on stock computes only so many together.
MOST, STOCK_ROWS = 64, 32
ANSWERS, BASE = "answers", OUT / "smollm2"
LAYERS = int(os.environ.get("LAYERS", 4))

# A prompt's tokens and those of a completion.
Pair = tuple[list[int], list[int]]


def of_micro(rows: int) -> list[Pair]:
    """`rows` of the 128 rollouts of a step, in TRL's shuffled order."""
    draw = torch.Generator().manual_seed(5)
    table = read_table(ROLLOUTS, "rollouts").groupby("uid").head(SAMPLES)
    table = table[table["uid"].isin(table["uid"].unique()[:PROMPTS])]
    prompts = {uid: _tokens(n, draw) for uid, n in zip(table["uid"], table["prompt_tokens"], strict=True)}
    lengths = zip(table["uid"], table["completion_tokens"], strict=True)
    pairs = [(prompts[uid], _tokens(n, draw)) for uid, n in lengths]
    return [pairs[i] for i in torch.randperm(len(pairs), generator=draw).tolist()[:rows]]


def of_answers() -> list[Pair]:
    """128 answers of one to eight tokens behind one prompt of 130."""
    draw = torch.Generator().manual_seed(5)
    prompt = _tokens(130, draw)
    return [(prompt, _tokens(1 + row % 8, draw)) for row in range(PROMPTS * SAMPLES)]


class MicroBatch:
    """Rollouts in TRL's layout: prompts padded on the left, completions on the right."""

    def __init__(self, chosen: list[Pair]) -> None:
        left = max(len(prompt) for prompt, _ in chosen)
        self.completion = max(len(completion) for _, completion in chosen)
        shape = len(chosen), left + self.completion
        self.ids, self.mask = torch.zeros(2, *shape, dtype=torch.long)
        for row, (prompt, completion) in enumerate(chosen):
            used = slice(left - len(prompt), left + len(completion))
            self.ids[row, used], self.mask[row, used] = torch.tensor(prompt + completion), 1
        self.advantages = torch.randn(len(chosen), 1, generator=torch.Generator().manual_seed(6))

    def parts(self, rows: int) -> "list[MicroBatch]":
        """The same rollouts, at most `rows` at a time."""
        split = zip(*(each.split(rows) for each in (self.ids, self.mask, self.advantages)), strict=True)
        found = []
        for tensors in split:
            part = copy(self)
            part.ids, part.mask, part.advantages = tensors
            found.append(part)
        return found

    def keep(self, rows: torch.Tensor) -> None:
        """Only the rollouts that `rows` marks."""
        self.ids, self.mask, self.advantages = self.ids[rows], self.mask[rows], self.advantages[rows]


def _tokens(count: int, draw: torch.Generator) -> list[int]:
    return torch.randint(1, 512, (int(count),), generator=draw).tolist()


def answering(side: str) -> PeftModel:
    """SmolLM2's first layers with the same adapter on all linear layers on both sides, B random."""
    if not BASE.is_dir():
        write_packaged(PackageBase(), packages()[PackageBase().name], BASE)
    model = load_model(BASE)
    model.model.layers, model.config.num_hidden_layers = model.model.layers[:LAYERS], LAYERS
    return with_random_b(adapted(model, side, 16, 32))


def batch_of(name: str) -> MicroBatch:
    """The micro-batch of a row."""
    return MicroBatch(of_answers() if name == ANSWERS else of_micro(ROWS[name]))


def model_of(name: str, side: str) -> PeftModel:
    """A policy with TRL's head; ours takes packed sequences."""
    model = answering(side) if name == ANSWERS else policy(SIZES[name], side)
    add_fused_lm_head(model.get_base_model(), outputs=("log_probs", "entropy"))
    if side == "ours":
        take_packed(model.get_base_model())
    return model


def ours(model: PeftModel, batch: MicroBatch) -> torch.Tensor:
    """Log-probabilities as this trainer computes them."""
    return packed_scores(model, batch.ids, batch.mask, batch.completion)[0]


def stock(model: PeftModel, batch: MicroBatch) -> torch.Tensor:
    """Log-probabilities as TRL's trainer computes them."""
    labels = batch.ids.masked_fill(batch.mask == 0, -100)
    labels[:, : -batch.completion] = -100
    output = model(input_ids=batch.ids, attention_mask=batch.mask, labels=labels, fused_lm_head=True)
    return output.log_probs[:, -batch.completion :]


SIDES = {"ours": ours, "stock": stock}


def step(model: PeftModel, batch: MicroBatch, side: str) -> list[torch.Tensor]:
    """Forward and backward; log-probabilities and all gradients."""
    model.zero_grad()
    logps = []
    for part in batch.parts(STOCK_ROWS if side == "stock" and len(batch.ids) > MOST else len(batch.ids)):
        found = SIDES[side](model, part)
        (found * part.advantages).sum().backward()
        logps.append(found.detach())
    return [torch.cat(logps), *(p.grad for p in model.parameters() if p.requires_grad)]


@torch.no_grad()
def leave_out_ties(batch: MicroBatch, models: dict[str, PeftModel]) -> None:
    """Without the rollout, if there is one, in which a token's router weighs two experts alike.

    Rounding then decides who computes it (seen once: 9e-8 between two logits of 6,000 times 32). Raises when
    more than one rollout differs.
    """
    logps = [
        torch.cat([SIDES[side](model, part) for part in batch.parts(STOCK_ROWS)])
        for side, model in models.items()
    ]
    same = ((logps[0] - logps[1]) * batch.mask[:, -batch.completion :]).abs().amax(1) < 1e-4
    if (~same).sum() > 1:
        raise AssertionError(f"log-probabilities of {(~same).sum()} rollouts differ")
    batch.keep(same)


def row(name: str) -> dict[str, float | str]:
    """Time and peak memory of one step on either side."""
    batch = batch_of(name)
    models = {side: model_of(name, side) for side in SIDES}
    if name != ANSWERS:
        leave_out_ties(batch, models)
    share = batch.mask.float().mean().item()
    what = f"{name}: {len(batch.ids)} rollouts, {share:.0%} no padding"
    repeats = int(os.environ.get("REPEATS", 2 if name == ANSWERS else 5))
    measured = compare(
        what,
        lambda: step(models["ours"], batch, "ours"),
        lambda: step(models["stock"], batch, "stock"),
        close,
        repeats,
        warm=name != ANSWERS,
    )
    peaks = [peak_bytes(__file__, "peak", name, side) for side in SIDES]
    print(
        f"{'  peak memory of the step':46} {peaks[0] / 2**20:6.0f} MiB {peaks[1] / 2**20:6.0f} MiB "
        f"({peaks[0] / peaks[1]:.0%})"
    )
    return measured | {"ours_peak_bytes": peaks[0], "baseline_peak_bytes": peaks[1]}


def main() -> None:
    """Print and write the table."""
    wanted = os.environ.get("ROWS", f"{' '.join(SIZES)} {ANSWERS}").split()
    if set(wanted) - {ANSWERS}:
        needs(ROLLOUTS, "run `make demo` first, or set RESULTS to a micro study")
    title("a training step on rollouts (fp32), against TRL with stock PEFT")
    write("training_step", [row(name) for name in wanted])


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    if sys.argv[1:2] == ["peak"]:
        _, _, chosen, side = sys.argv
        held, batch = model_of(chosen, side), batch_of(chosen)
        print(growth(lambda: step(held, batch, side)))
    else:
        main()
