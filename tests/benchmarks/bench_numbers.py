"""Exact laws of stated distributions by SmolLM2-135M-Instruct: a pass for all values against one for each.

42 prompts, one of each of 24 families and three of each of six others, with up to 1001 values each. A
pass for each value is measured on SUBSET (24) values of as many prompts, spread evenly, and scaled up to
all of them. Then one law over 125 to 1000 values of a normal distribution: how time grows with options.
PROMPTS (42) for fewer.
"""

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from calibrating import HELD_OUT, SEEN, asked, policy
from harness import write
from transformers import PreTrainedTokenizerBase

from wideband.likelihood import Question, laws
from wideband.likelihood.exact import encode

# How far log-probabilities of both sides may be apart, in nats.
EQUAL = 1e-3
SIZES = (125, 250, 500, 1000)


def one_pass(model: Any, tokenizer: PreTrainedTokenizerBase, question: Question, row: int) -> float:
    """The log-probability of one value in a pass of its own, logits of the answer alone."""
    prompt, sequences = encode(tokenizer, question, model.config.max_position_embeddings)
    following = [*sequences[row], tokenizer.eos_token_id]
    ids = torch.tensor([[*prompt, *sequences[row]]])
    with torch.inference_mode():
        logits = model(ids, use_cache=False, logits_to_keep=len(following)).logits[0]
    logprobs = torch.log_softmax(logits, dim=-1)[range(len(following)), following]
    return float(logprobs.double().sum())


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What comes of it, and wall seconds."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def main() -> None:
    """Print and write the tables."""
    adapted, tokenizer = policy()
    model = adapted.get_base_model().eval()
    wanted = int(os.environ.get("PROMPTS", 42))
    questions = [*asked(tokenizer, SEEN, 1), *asked(tokenizer, HELD_OUT, 3)][:wanted]
    laws(model, tokenizer, questions[:1])
    found, seconds = timed(lambda: laws(model, tokenizer, questions))
    values = sum(len(law.logprobs) for law in found)
    print(
        f"{len(questions)} prompts, {values} values in all: {seconds:.1f} s, all values of a prompt in a pass"
    )
    subset = int(os.environ.get("SUBSET", 24))
    chosen = [
        (place, int(np.linspace(0, len(found[place].logprobs) - 1, subset)[which]))
        for which, place in enumerate(np.linspace(0, len(questions) - 1, subset).astype(int))
    ]
    one_pass(model, tokenizer, questions[0], 0)
    singly, single_s = timed(
        lambda: [one_pass(model, tokenizer, questions[place], row) for place, row in chosen]
    )
    apart = max(
        abs(found[place].logprobs[row] - logprob)
        for (place, row), logprob in zip(chosen, singly, strict=True)
    )
    if apart > EQUAL:
        raise AssertionError(f"log-probabilities differ by {apart} nats")
    scaled = single_s / subset * values
    print(
        f"a pass for each value: {single_s / subset:.3f} s a value on {subset} values (largest difference "
        f"{apart:.1e} nats), {scaled:.0f} s for all of them: ratio {scaled / seconds:.0f}"
    )
    growth = growing(model, tokenizer)
    rows = [
        {"values": values, "seconds": seconds, "scaled": scaled, "ratio": scaled / seconds, "subset": subset}
    ]
    write("numbers", [*rows, *growth])


def growing(model: Any, tokenizer: PreTrainedTokenizerBase) -> list[dict[str, float]]:
    """Seconds of one law by its number of options."""
    print(f"{'options':>8} {'seconds':>9} {'ms an option':>13}")
    rows = []
    for size in SIZES:
        (question,) = asked(tokenizer, ("gaussian",), 1, max_bins=size, decimals=3)
        _, seconds = min(
            (timed(lambda q=question: laws(model, tokenizer, [q])) for _ in range(2)), key=lambda x: x[1]
        )
        rows.append({"options": len(question.space.options), "seconds": seconds})
        print(
            f"{rows[-1]['options']:8} {seconds:9.2f} {1000 * seconds / rows[-1]['options']:13.2f}", flush=True
        )
    return rows


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    main()
