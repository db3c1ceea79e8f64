"""Which requests are sampled together: a function of the requests alone."""

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

from .requests import Request


def batches(requests: Sequence[Request], tokenizer: PreTrainedTokenizerBase, size: int) -> list[list[int]]:
    """Rows of `requests` in batches of `size`; prompts of similar length share one, against padding."""
    lengths = {prompt: len(tokenizer.encode(prompt)) for prompt in {request.prompt for request in requests}}
    order = sorted(range(len(requests)), key=lambda row: (lengths[requests[row].prompt], row))
    return [order[start : start + size] for start in range(0, len(order), size)]
