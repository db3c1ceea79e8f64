"""A problem's prompt as policies get it, in sampling, training and scoring alike."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
from transformers import PreTrainedTokenizerBase

from ..lists import listed
from ..scaffolds import Scaffold, ScaffoldError

# From a problem's text, and the turns before it, to the whole prompt.
Render = Callable[[str, Sequence[str]], str]


def renderer(scaffold: Scaffold, template: str, tokenizer: PreTrainedTokenizerBase) -> Render:
    """How a scaffold asks: in the tokenizer's chat template where both have one, else as plain text.

    Raises ScaffoldError for a scaffold that thinks in a chat template and a tokenizer without one.
    """
    if scaffold.chat and tokenizer.chat_template:
        return partial(_in_chat, scaffold, template, tokenizer)
    if scaffold.thinking:
        raise ScaffoldError(
            f"scaffold '{scaffold.name}' needs a base model with a chat template, which this one lacks; "
            "choose another scaffold or base"
        )
    return partial(scaffold.text, template)


def _in_chat(
    scaffold: Scaffold, template: str, tokenizer: PreTrainedTokenizerBase, problem: str, turns: Sequence[str]
) -> str:
    texts = [text.strip() for text in scaffold.messages(template, problem, turns)]
    roles = ("user", "assistant")
    text = tokenizer.apply_chat_template(
        [{"role": roles[place % 2], "content": text} for place, text in enumerate(texts)],
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=scaffold.thinking,
    )
    # Some templates begin with the token that the tokenizer puts before every text as well.
    begins = tokenizer.encode("")[:1] == [tokenizer.bos_token_id]
    return scaffold.begun(text.removeprefix(tokenizer.bos_token) if begins else text) + scaffold.opening


def prompts(problems: pd.DataFrame, render: Render) -> list[str]:
    """The prompt of every row of a problems table."""
    turns = problems["turns"] if "turns" in problems else [None] * len(problems)
    return [
        render(problem, listed(before)) for problem, before in zip(problems["problem"], turns, strict=True)
    ]
