"""Does every prompt leave room for its completion?"""

from collections.abc import Iterable
from pathlib import Path

from transformers import AutoConfig, PreTrainedTokenizerBase

from ..errors import WidebandError
from ..policy.base import location


class ContextError(WidebandError):
    """A prompt and its completion would not fit the model's context."""


def context_of(base: Path) -> int:
    """The longest sequence, in tokens, of the base model kept in `base`."""
    source, revision, _ = location(base)
    config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False)
    return config.get_text_config().max_position_embeddings


def check_context(
    prompts: Iterable[str], tokenizer: PreTrainedTokenizerBase, max_tokens: int, context: int
) -> None:
    """Raise ContextError when the longest prompt and `max_tokens` exceed `context`, all in tokens.

    A vLLM server would cut such completions short without a word.
    """
    lengths = {prompt: len(tokenizer.encode(prompt)) for prompt in set(prompts)}
    prompt = max(lengths, key=lambda candidate: (lengths[candidate], candidate), default="")
    if lengths and lengths[prompt] + max_tokens > context:
        raise ContextError(
            f"a prompt of {lengths[prompt]} tokens and max_tokens {max_tokens} exceed the model's context of "
            f"{context}: lower max_tokens or leave the problem out (prompt ends: …{prompt[-80:]!r})"
        )
