"""Exact laws of SmolLM2-135M-Instruct, against one forward pass per option and lm-evaluation-harness.

The harness answers its own loglikelihood requests (HFLM, batches of BATCH) for each option with the end token
behind it, so both sides give the same numbers. It is no dependency: envs/bench/setup.sh puts it where only
this file looks; where lm_eval is not installed its rows are left out. A repeat takes minutes; REPEATS sets
how many (1), THREADS on how many cores (1), ROWS which rows, by words in their names (ROWS=lm_eval), OPTIONS
how many options of a space at most (all), for a trial.
"""

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from harness import OUT, ROOT, compare, title, write

from wideband.config.parameters import packages
from wideband.config.policy import PackageBase
from wideband.config.spaces import read_space
from wideband.likelihood import Question, laws
from wideband.likelihood.exact import encode
from wideband.policy.base import load_model, load_tokenizer
from wideband.policy.packaged import write_packaged
from wideband.spaces import answer_space

# Last, so that it stands in for nothing of the lock.
sys.path.append(str(ROOT / "envs/bench/packages"))
BASE = OUT / "smollm2"
BATCH = 16
MOST = int(os.environ.get("OPTIONS", 1000))
LISTS = (
    "colour",
    "fruit",
    "animal",
    "first_name",
    "city",
    "country",
    "vegetable",
    "tree",
    "bird",
    "instrument",
)
# How far log-probabilities of both sides may be apart, in nats. A pass per option is some 1e-5 from ours, the
# batches of lm_eval 4e-4 from either.
EQUAL = 2e-3


class Bench:
    """The model, and prompts as its chat template writes them."""

    def __init__(self) -> None:
        if not BASE.is_dir():
            write_packaged(PackageBase(), packages()[PackageBase().name], BASE)
        self.model, self.tokenizer = load_model(BASE).eval(), load_tokenizer(BASE)

    def question(self, name: str, listed: bool) -> Question:
        """A space's first request, with its options where they are `listed`."""
        space, requests = read_space(name, ROOT)
        if len(space.options) > MOST:
            space = answer_space(space.name, space.kind, space.options[:MOST])
        shown = f" Answer with one of: {', '.join(space.options)}." if listed else " Answer with it alone."
        message = [{"role": "user", "content": requests[0] + shown}]
        prompt = self.tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
        return Question(prompt, space)

    def ours(self, questions: list[Question]) -> np.ndarray:
        """All options' log-probabilities, one question after the other."""
        return np.concatenate([law.logprobs for law in laws(self.model, self.tokenizer, questions)])

    def per_option(self, questions: list[Question]) -> np.ndarray:
        """One forward pass for each option, logits of the answer alone."""
        found = []
        for question in questions:
            prompt, sequences = encode(self.tokenizer, question, self.model.config.max_position_embeddings)
            for tokens in sequences:
                ids, following = torch.tensor([[*prompt, *tokens]]), [*tokens, self.tokenizer.eos_token_id]
                with torch.inference_mode():
                    logits = self.model(ids, use_cache=False, logits_to_keep=len(following)).logits[0]
                logprobs = torch.log_softmax(logits, dim=-1)[range(len(following)), following]
                found.append(float(logprobs.double().sum()))
        return np.array(found)

    def harness(self, questions: list[Question]) -> np.ndarray:
        """The requests of lm-evaluation-harness."""
        from lm_eval.api.instance import Instance
        from lm_eval.models.huggingface import HFLM

        model = HFLM(pretrained=self.model, tokenizer=self.tokenizer, batch_size=BATCH, device="cpu")
        end = self.tokenizer.eos_token
        pairs = [(each.prompt, option + end) for each in questions for option in each.space.options]
        requests = [Instance("loglikelihood", {}, pair, row) for row, pair in enumerate(pairs)]
        return np.array([logprob for logprob, _ in model.loglikelihood(requests, disable_tqdm=True)])


def equal(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Raise when any log-probability differs."""
    apart = np.abs(ours - theirs).max()
    print(f"{len(ours)} options, largest difference {apart:.1e} nats")
    if apart > EQUAL:
        raise AssertionError(f"log-probabilities differ by {apart} nats")


def main() -> None:
    """Print and write the table."""
    threads = int(os.environ.get("THREADS", 1))
    torch.set_num_threads(threads)
    bench, repeats, wanted = Bench(), int(os.environ.get("REPEATS", 1)), os.environ.get("ROWS", "").split()
    sides: dict[str, Callable[[list[Question]], np.ndarray]] = {"a pass per option": bench.per_option}
    if find_spec("lm_eval"):
        sides["lm_eval"] = bench.harness
    else:
        print("lm_eval is not installed: run envs/bench/setup.sh; its rows are left out")
    works = {
        "integers 1 to 1000": [bench.question("integer_1_1000", listed=False)],
        "ten lists of twenty": [bench.question(name, listed=True) for name in LISTS],
    }
    title(f"exact laws of a 135 M model in fp32, threads: {threads}")
    rows: list[dict[str, Any]] = []
    for work, questions in works.items():
        for name, side in sides.items():
            what = f"{work}, against {name}"
            if all(word in what for word in wanted):
                rows.append(
                    compare(
                        what,
                        lambda q=questions: bench.ours(q),
                        lambda q=questions, s=side: s(q),
                        equal,
                        repeats,
                        warm=False,
                    )
                )
    write("laws", rows)


if __name__ == "__main__":
    main()
