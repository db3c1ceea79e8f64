"""The states of a packed line in one pass, and log-probabilities out of them, a bounded number at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from ..errors import WidebandError
from ..policy.packed_attention import take_packed
from .tries import Packed

# Logits that are held at once, in bytes of fp32.
LOGITS_BYTES = 1 << 28
# What some architectures do to their logits behind the output head, which this does not.
ALTERED = ("final_logit_softcapping", "logit_scale", "logits_scaling")


class LikelihoodError(WidebandError):
    """A model whose exact laws cannot be computed this way."""


@contextmanager
def packable(model: PreTrainedModel) -> Iterator[PreTrainedModel]:
    """The causal model beneath an adapter, for packed lines. Raises LikelihoodError where it takes none."""
    causal = getattr(model, "get_base_model", lambda: model)()
    altered = [name for name in ALTERED if getattr(causal.config, name, None) not in (None, 1.0)]
    before = causal.config._attn_implementation
    if altered or not take_packed(causal):
        why = ", ".join(altered) or "attention that is neither full nor sliding, or not sdpa's"
        raise LikelihoodError(
            f"{causal.config.model_type}: {why}; exact laws are not computed for such models"
        )
    try:
        yield causal
    finally:
        causal.set_attn_implementation(before)


def states(causal: PreTrainedModel, packed: Packed) -> torch.Tensor:
    """The last hidden states that `packed` wants, shape (states, hidden size)."""
    output = causal.get_decoder()(
        input_ids=packed.ids,
        # Handed on as it is, having four dimensions: no mask of tokens by tokens is built.
        attention_mask=packed.ids.new_ones(1, 1, 1, 1, dtype=torch.bool),
        position_ids=packed.positions,
        use_cache=False,
        sequences=packed.tries,
    )
    if packed.tries.layers == 0:
        raise LikelihoodError(f"{type(causal).__name__} does not pass keyword arguments on to its attention")
    return output.last_hidden_state[0].index_select(0, packed.places)


@dataclass(frozen=True)
class Scores:
    """Log-probabilities in nats, fp32.

    Attributes:
        edges: of each node's token, shape (nodes,).
        ends: of the end token after each state, shape (states,).
        openings: of every token after each part's prompt, shape (parts, vocabulary).
    """

    edges: torch.Tensor
    ends: torch.Tensor
    openings: torch.Tensor


def score(causal: PreTrainedModel, packed: Packed, end: int, temperature: float) -> Scores:
    """The scores of a packed line; a gradient flows through them."""
    hidden, head = states(causal, packed), causal.get_output_embeddings()
    size = max(1, LOGITS_BYTES // (4 * causal.config.get_text_config().vocab_size))
    edges, ends, openings = hidden.new_zeros(len(packed.tokens), dtype=torch.float32), [], []
    for first in range(0, len(hidden), size):
        logits = head(hidden[first : first + size]).float()
        logprobs = torch.log_softmax(logits if temperature == 1 else logits / temperature, dim=-1)
        here = ((packed.edges >= first) & (packed.edges < first + len(logprobs))).nonzero()[:, 0]
        found = logprobs[packed.edges[here] - first, packed.tokens[here]]
        edges = edges.index_copy(0, here, found)
        ends.append(logprobs[:, end])
        heads = [place - first for place in packed.heads if first <= place < first + len(logprobs)]
        openings.append(logprobs[heads])
    return Scores(edges, torch.cat(ends), torch.cat(openings))
