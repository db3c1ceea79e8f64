"""Opening a checkpoint for a chat: its model, its tokenizer and its arm's prompt."""

from dataclasses import dataclass
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..config.parameters_asking import template
from ..config.policy import Arm
from ..policy.base import load_tokenizer
from ..policy.load import sampling_policy
from ..sampling.prompts import Render, renderer
from ..scaffolds import Scaffold, get


@dataclass(frozen=True)
class Policy:
    """`render` makes a question's whole prompt, as in sampling and training."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    scaffold: Scaffold
    render: Render


def open_policy(arm: Arm, base: Path, adapter: Path | None) -> Policy:
    """The policy in evaluation mode. Raises AdapterError or ScaffoldError."""
    tokenizer, scaffold = load_tokenizer(base), get(arm.scaffold)
    render = renderer(scaffold, template(arm), tokenizer)
    return Policy(sampling_policy(base, adapter), tokenizer, scaffold, render)
