"""Measures of texts at the size of a study of 13 checkpoints × 15 tasks × 500 prompts × 16 outputs.

One evaluation of PROMPTS (500) prompts is made and measured, tokens of each kind apart; the whole study has
195 of them. Outputs have 20 to 200 English words, of Zipf's frequencies; one in six is not in the
tokenizer's vocabulary. Those of a prompt share half of theirs. Embeddings have the width of all-MiniLM-L6-v2.
"""

import os
import time

import numpy as np
import pandas as pd
from harness import write
from tokenizers import Tokenizer

from wideband.config.evaluation import Texts
from wideband.metrics.text_tokens import packaged
from wideband.metrics.texts import texts_table

OUTPUTS, WIDTH, EVALUATIONS, CORES = 16, 384, 13 * 15, 2
KINDS = ("words100278", "wordpiece30522")


def vocabulary(random: np.random.Generator, size: int = 20000) -> np.ndarray:
    """Words of the tokenizer, every sixth one joined with another."""
    tokenizer = Tokenizer.from_file(str(packaged()))
    words = sorted(each for each in tokenizer.get_vocab() if each.isascii() and each.isalpha())
    found = np.array(words, dtype=object)[random.permutation(len(words))[:size]]
    found[::6] += found[np.roll(np.arange(len(found)), 1)[::6]]
    return found


def evaluation(prompts: int, random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Usable rollouts and rollouts, as `texts_table` takes them; half of the outputs are correct."""
    words = vocabulary(random)
    weights = 1 / np.arange(1, len(words) + 1)
    weights /= weights.sum()
    texts = []
    for _ in range(prompts):
        common = random.choice(len(words), 200, p=weights)
        for _ in range(OUTPUTS):
            length = int(random.integers(20, 200))
            own = random.choice(len(words), length, p=weights)
            start = int(random.integers(0, 100))
            own[: length // 2] = np.resize(common[start:], length // 2)
            texts.append(" ".join(words[own]))
    rows = prompts * OUTPUTS
    usable = pd.DataFrame(
        {
            "uid": np.repeat([f"p{place:05}" for place in range(prompts)], OUTPUTS).astype(object),
            "sample": np.tile(np.arange(OUTPUTS), prompts),
            "body": texts,
            "vector": list(random.normal(1, 1, (rows, WIDTH)).astype(np.float32)),
            "correct": random.random(rows) < 0.5,
        }
    )
    return usable, usable[["uid", "sample"]].assign(arm="a", checkpoint="base", slice="s")


def main() -> None:
    """Print and write processor seconds, and what the whole study would take of two cores."""
    prompts = int(os.environ.get("PROMPTS", 500))
    usable, rollouts = evaluation(prompts, np.random.default_rng(1))
    rows = []
    texts_table(*evaluation(4, np.random.default_rng(1)), ["words9"], Texts(tokens=["words9"]))
    for kind in KINDS:
        started = time.process_time()
        texts_table(usable, rollouts, [kind], Texts(tokens=[kind]))
        seconds = time.process_time() - started
        each = seconds / len(usable) * 1e4
        minutes = seconds / prompts * 500 * EVALUATIONS / CORES / 60
        print(
            f"{kind:16} {each:7.2f} CPU s per 10,000 outputs; the study: {minutes:5.1f} min on {CORES} cores"
        )
        rows.append({"tokens": kind, "outputs": len(usable), "cpu_s": seconds, "study_minutes": minutes})
    write("texts", rows)


if __name__ == "__main__":
    main()
