"""How long the prompts of a study are, and which settings leave no room for a completion."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from transformers import PreTrainedTokenizerBase

from .prompts import Render, prompts


@dataclass(frozen=True)
class Longest:
    """The longest prompt of a slice: its length in tokens and the uid of its problem."""

    tokens: int
    uid: str


def longest_prompts(
    slices: Mapping[str, pd.DataFrame], render: Render, tokenizer: PreTrainedTokenizerBase
) -> dict[str, Longest]:
    """The longest prompt of every slice, given its problems table; slices without problems have none."""
    found = {}
    for name, problems in slices.items():
        asked = prompts(problems, render)
        lengths = [len(ids) for ids in tokenizer(asked)["input_ids"]] if asked else []
        if lengths:
            place = lengths.index(max(lengths))
            found[name] = Longest(lengths[place], str(problems["uid"].iloc[place]))
    return found


def without_room(
    arm: str,
    base: str,
    context: int,
    limits: Mapping[str, tuple[str, int]],
    longest: Mapping[str, Longest],
) -> Iterator[str]:
    """A line for every key whose `max_tokens` and the longest prompt exceed the context.

    `limits` holds slice and `max_tokens` by the key of the study that sets it.
    """
    for key, (name, max_tokens) in limits.items():
        prompt = longest.get(name)
        if prompt and prompt.tokens + max_tokens > context:
            room = context - prompt.tokens
            remedy = (
                f"lower it to {room}, or leave long problems out" if room > 0 else "leave long problems out"
            )
            yield (
                f"{key}: {max_tokens} and the longest prompt of arm '{arm}' on {name} ({prompt.tokens} "
                f"tokens, uid {prompt.uid}) exceed the context of {context} tokens of base '{base}'; {remedy}"
            )
