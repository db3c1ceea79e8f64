"""Soft targets over all paths against sampled ones at equal wall time: held-out divergence against seconds.

SmolLM2-135M-Instruct in fp32, from the same adapter: all paths of 6 prompts a step, one sampled path of
11, eight of 6, AdamW at 1e-3. Held out are other parameters of the trained families and three other
families, one law each; time to measure them does not count. SECONDS_EACH (60) of training each, MEASURES (3)
times. The plot: results/bench/paths.svg.
"""

import os
import time
from typing import Any

import numpy as np
import torch
from calibrating import TRAINED, asked, policy, taught
from harness import OUT, write
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import PreTrainedTokenizerBase

from wideband.likelihood import Question, laws
from wideband.metrics.number_laws import divergence
from wideband.training.target_items import TargetItem, labels_of_law
from wideband.training.target_trainer import packed_loss

# Paths of an item (None: all of them), prompts a step, colour.
ARMS = {"all paths": (None, 6, "#0072b2"), "1 path": (1, 11, "#c44e00"), "8 paths": (8, 6, "#57606a")}
LR, DECIMALS = 1e-3, 1


class Run:
    """A training whose clock stops while it is measured."""

    def __init__(self, model: PeftModel, tokenizer: PreTrainedTokenizerBase, name: str) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.paths, self.groups, _ = ARMS[name]
        self.random, self.steps, self.seconds = np.random.default_rng(7), 0, 0.0
        trained = [each for each in model.parameters() if each.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=LR, weight_decay=0.0)

    def train(self, items: list[TargetItem], until: float) -> None:
        """Steps until so many seconds have been trained."""
        self.model.train()
        while self.seconds < until:
            start = time.perf_counter()
            chosen = [items[(self.steps * self.groups + place) % len(items)] for place in range(self.groups)]
            loss = packed_loss(
                self.model,
                [(item, self.labels(item)) for item in chosen],
                self.tokenizer.eos_token_id,
                self.model.device,
            )
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.steps += 1
            self.seconds += time.perf_counter() - start

    def labels(self, item: TargetItem) -> Any:
        """As the method soft_target makes them."""
        weights = item.law if self.paths is None else item.drawn(self.paths, self.random) / self.paths
        return labels_of_law(item, weights, total=False)

    def measured(self, held_out: list[Question]) -> float:
        """Mean of KL(law || policy) over held-out laws, in nats."""
        found = laws(self.model.eval(), self.tokenizer, held_out)
        pairs = zip(found, held_out, strict=True)
        return float(np.mean([divergence(np.array(asks.space.law), law.logprobs) for law, asks in pairs]))


def main() -> None:
    """Print and write the table and the plot."""
    seconds, measures = float(os.environ.get("SECONDS_EACH", 60)), int(os.environ.get("MEASURES", 3))
    model, tokenizer = policy()
    fresh = {name: value.clone() for name, value in get_peft_model_state_dict(model).items()}
    items = taught(
        tokenizer, asked(tokenizer, TRAINED, 25, "train", DECIMALS), model.config.max_position_embeddings
    )
    items = [items[place] for place in np.arange(len(items)).reshape(len(TRAINED), -1).T.ravel()]
    held_out = [
        *asked(tokenizer, TRAINED, 1, "test", DECIMALS),
        *asked(tokenizer, ("poisson", "chi", "logistic"), 1, "test", DECIMALS),
    ]
    rows = []
    print(f"{'':12} {'seconds':>8} {'steps':>6} {'held-out KL (nats)':>20}")
    for name in ARMS:
        set_peft_model_state_dict(model, fresh)
        run = Run(model, tokenizer, name)
        for until in np.linspace(0, seconds, measures + 1):
            run.train(items, until)
            rows.append(
                {"arm": name, "seconds": run.seconds, "steps": run.steps, "kl": run.measured(held_out)}
            )
            print(f"{name:12} {run.seconds:8.1f} {run.steps:6} {rows[-1]['kl']:20.3f}", flush=True)
    write("paths", rows)
    (OUT / "paths.svg").write_text(plot(rows), encoding="utf-8")


def plot(rows: list[dict[str, Any]]) -> str:
    """Held-out divergence, on a logarithmic axis, against seconds of training."""
    right = max(row["seconds"] for row in rows) or 1
    logs = np.log10([row["kl"] for row in rows])
    low, high = np.floor(logs.min() * 4) / 4, np.ceil(logs.max() * 4) / 4

    def at(seconds: float, kl: float) -> str:
        return f"{60 + 480 * seconds / right:.1f},{20 + 220 * (high - np.log10(kl)) / (high - low or 1):.1f}"

    lines, labels = [], []
    for place, (name, (_, _, colour)) in enumerate(ARMS.items()):
        points = " ".join(at(row["seconds"], row["kl"]) for row in rows if row["arm"] == name)
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        labels.append(f'<text x="560" y="{40 + 22 * place}" fill="{colour}">{name}</text>')
    ticks = [10.0**power for power in np.arange(low, high + 0.01, 0.25)]
    for kl in ticks:
        _, y = at(0, kl).split(",")
        labels.append(f'<text x="50" y="{float(y) + 4:.1f}" text-anchor="end">{kl:.2g}</text>')
    for seconds in np.linspace(0, right, 4):
        x, _ = at(seconds, 10.0**low).split(",")
        labels.append(f'<text x="{x}" y="262" text-anchor="middle">{seconds:.0f} s</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 280" font-family="system-ui, sans-serif" '
        'font-size="14" fill="#1f2328" role="img">\n<title>Held-out divergence by seconds trained</title>\n'
        '<rect width="660" height="280" fill="#ffffff"/>\n' + "\n".join([*lines, *labels]) + "\n</svg>\n"
    )


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    main()
