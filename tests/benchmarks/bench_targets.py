"""A training step on numbers from stated distributions: this trainer's against TRL's SFT with stock PEFT.

SmolLM2-135M-Instruct in fp32 with LoRA on all linear layers, the same model on both sides. Stock is what
TRL's SFTTrainer does: a row for each answer behind its prompt, padded, logits at all positions; of hard
targets its own cross-entropy, of soft ones the divergence at each prefix over the whole vocabulary, which
TRL lacks. Losses and gradients are compared first. One answer each to 32 prompts is the published step.
REPEATS (2); ROWS which rows, by words in their names.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from calibrating import TRAINED, asked, policy, taught
from harness import compare, title, write
from peft import PeftModel

from wideband.training.target_items import Labels, TargetItem, labels_of_answers, labels_of_law
from wideband.training.target_trainer import packed_loss

IGNORED = -100
# An item with its labels, and how often each of its answers was drawn.
Taught = tuple[TargetItem, Labels, np.ndarray]


def drawn(items: list[TargetItem], answers: int, hard: bool) -> list[Taught]:
    """`answers` answers to each item; the mean of the items' losses is that of all tokens, as in TRL."""
    random = np.random.default_rng(7)
    found, total = [], 0
    for item in items:
        counts = item.drawn(answers, random)
        found.append((item, counts))
        total += sum(counts[row] * (len(item.sequences[row]) + 1) for row in np.flatnonzero(counts))
    return [(item, _labels(item, counts, len(items) / total, hard), counts) for item, counts in found]


def _labels(item: TargetItem, counts: np.ndarray, weight: float, hard: bool) -> Labels:
    if not hard:
        return labels_of_law(item, counts * weight, total=True)
    labels = labels_of_answers(item, counts)
    return replace(labels, weights=labels.weights * labels.prefixes * weight)


def ours(model: PeftModel, each: list[Taught], end: int) -> list[torch.Tensor]:
    """Loss and gradients as this trainer computes them."""
    return _stepped(model, lambda: packed_loss(model, [pair[:2] for pair in each], end, model.device))


class Rows:
    """Each drawn answer behind its prompt, padded on the right, with the targets at its prefixes."""

    def __init__(self, each: list[Taught], end: int, vocabulary: int) -> None:
        rows = [
            (item, [*item.sequences[row], end])
            for item, _, counts in each
            for row in np.repeat(np.arange(len(counts)), counts)
        ]
        shape = len(rows), max(len(item.prompt) + len(answer) for item, answer in rows)
        self.ids, self.mask = torch.zeros(2, *shape, dtype=torch.long)
        self.labels = torch.full(shape, IGNORED)
        for row, (item, answer) in enumerate(rows):
            used, start = len(item.prompt) + len(answer), len(item.prompt)
            self.ids[row, :used], self.mask[row, :used] = torch.tensor([*item.prompt, *answer]), 1
            self.labels[row, start:used] = torch.tensor(answer)
        self.targets = torch.stack(
            [
                _target(item, answer[:place], end, vocabulary)
                for item, answer in rows
                for place in range(len(answer))
            ]
        )

    def hard(self, model: PeftModel) -> torch.Tensor:
        """TRL's cross-entropy."""
        return model(input_ids=self.ids, attention_mask=self.mask, labels=self.labels).loss

    def soft(self, model: PeftModel) -> torch.Tensor:
        """Mean over all prefixes of all rows of KL(target || model) over the whole vocabulary."""
        logits = model(input_ids=self.ids, attention_mask=self.mask).logits[:, :-1]
        found = torch.log_softmax(logits[self.labels[:, 1:] != IGNORED], dim=-1)
        return torch.nn.functional.kl_div(found, self.targets, reduction="none").sum(1).mean()


def _target(item: TargetItem, prefix: list[int], end: int, vocabulary: int) -> torch.Tensor:
    """What should follow a prefix, shape (vocabulary,)."""
    target = torch.zeros(vocabulary)
    for tokens, mass in zip(item.sequences, item.law, strict=True):
        if [*tokens[: len(prefix)]] == prefix:
            target[[*tokens, end][len(prefix)]] += mass
    return target / target.sum()


def _stepped(model: PeftModel, loss: Callable[[], torch.Tensor]) -> list[torch.Tensor]:
    model.zero_grad()
    found = loss()
    found.backward()
    return [found.detach(), *(p.grad.clone() for p in model.parameters() if p.requires_grad)]


def close(mine: list[torch.Tensor], theirs: list[torch.Tensor]) -> None:
    """Raise where loss or gradient differ by more than rounding."""
    loss = abs(float(mine[0] - theirs[0]))
    gradient = [torch.cat([each.flatten() for each in side[1:]]) for side in (mine, theirs)]
    apart = float((gradient[0] - gradient[1]).norm() / gradient[1].norm())
    print(f"loss {float(theirs[0]):.4f}, apart {loss:.1e}; gradients apart {apart:.1e}", flush=True)
    if loss > 1e-4 * (1 + float(theirs[0])) or apart > 1e-3:
        raise AssertionError("the two sides do not compute the same")


def main() -> None:
    """Print and write the table."""
    repeats, wanted = int(os.environ.get("REPEATS", 2)), os.environ.get("ROWS", "").split()
    model, tokenizer = policy()
    end = tokenizer.eos_token_id
    context = model.config.max_position_embeddings
    title("a training step on stated distributions (fp32), against TRL's SFT with stock PEFT")
    rows: list[dict[str, Any]] = []
    for number, answers, hard in ((3, 16, True), (3, 16, False), (3, 1, False), (32, 1, False)):
        each_has = "one answer" if answers == 1 else f"{answers} answers"
        what = f"{'hard' if hard else 'soft'}, {number} prompts with {each_has}"
        if all(word in what for word in wanted):
            requests = asked(tokenizer, TRAINED, -(-number // len(TRAINED)), "train")[:number]
            each = drawn(taught(tokenizer, requests, context), answers, hard)
            padded = Rows(each, end, model.config.vocab_size)
            stock = padded.hard if hard else padded.soft
            rows.append(
                compare(
                    what,
                    lambda each=each: ours(model, each, end),
                    lambda stock=stock: _stepped(model, lambda: stock(model)),
                    close,
                    repeats,
                )
            )
    write("targets", rows)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    main()
