"""What the benchmarks of calibration share: SmolLM2-135M-Instruct, its adapter, and requests for numbers."""

import numpy as np
import pandas as pd
from harness import OUT
from peft import PeftModel
from transformers import PreTrainedTokenizerBase

from wideband.config.data import Slice
from wideband.config.parameters import packages
from wideband.config.policy import Lora, PackageBase
from wideband.data.sources import distributions
from wideband.likelihood import Question
from wideband.likelihood.exact import encode
from wideband.likelihood.items import questions
from wideband.policy.base import load_model, load_tokenizer
from wideband.policy.lora import attach
from wideband.policy.packaged import write_packaged
from wideband.policy.packed_attention import take_packed
from wideband.sampling.prompts import prompts, renderer
from wideband.scaffolds import get
from wideband.spaces.families import FAMILIES
from wideband.training.target_items import TargetItem

BASE = OUT / "smollm2"
SEED = 20260423
HELD_OUT = ("bernoulli", "poisson", "maxwell", "truncnorm", "chi", "weibull")
SEEN = tuple(name for name in FAMILIES if name not in HELD_OUT)
TRAINED = (
    "uniform",
    "gaussian",
    "exponential",
    "triangular",
    "laplace",
    "rayleigh",
    "binomial",
    "geometric",
)


def policy() -> tuple[PeftModel, PreTrainedTokenizerBase]:
    """SmolLM2 in fp32 with a fresh adapter, which takes packed lines and is stock PEFT's otherwise."""
    if not BASE.is_dir():
        write_packaged(PackageBase(), packages()[PackageBase().name], BASE)
    model = attach(load_model(BASE), Lora(rank=16, alpha=32))
    if not take_packed(model.get_base_model()):
        raise AssertionError("the attention of SmolLM2 is not sdpa's")
    return model, load_tokenizer(BASE)


def asked(
    tokenizer: PreTrainedTokenizerBase,
    families: tuple[str, ...],
    draws: int,
    split: str = "test",
    decimals: int = 2,
    max_bins: int = 1001,
) -> list[Question]:
    """Requests for numbers in the model's chat template, `draws` of each family."""
    part = Slice(
        source="distributions",
        split=split,
        families=list(families),
        draws=draws,
        decimals=decimals,
        max_bins=max_bins,
    )
    problems: pd.DataFrame = distributions.items(part, SEED)
    return questions(problems, prompts(problems, renderer(get("direct"), "{problem}", tokenizer)))


def taught(tokenizer: PreTrainedTokenizerBase, each: list[Question], context: int) -> list[TargetItem]:
    """The same as training takes them."""
    found = []
    for question in each:
        prompt, sequences = encode(tokenizer, question, context)
        law = np.array(question.space.law)
        rows = np.flatnonzero(law)
        found.append(TargetItem(prompt, [sequences[row] for row in rows], law[rows] / law[rows].sum()))
    return found
