"""Which requests are decoded together: a function of the requests alone."""

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

from .requests import Request


def batches(
    requests: Sequence[Request], tokenizer: PreTrainedTokenizerBase, batch_size: int
) -> list[list[int]]:
    """Rows of `requests` in batches; prompts of similar length share one, so that little is padding."""
    lengths = {prompt: len(tokenizer.encode(prompt)) for prompt in {each.prompt for each in requests}}
    order = sorted(range(len(requests)), key=lambda row: (lengths[requests[row].prompt], row))
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
