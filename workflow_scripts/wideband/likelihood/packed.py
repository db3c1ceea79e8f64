"""Prompts and the prefix tries behind them in one line of tokens, and log-probabilities out of one pass.

Each prompt and each prefix stands in a line once. What all prompts of a line begin with, often the same
examples, stands at its beginning. Logits are made a bounded number at a time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from transformers import PreTrainedModel

from ..errors import WidebandError
from ..policy.packed_attention import take_packed
from ..policy.packed_tries import Part, Tries
from ..spaces.trie import ROOT, prefix_trie, shared_beginning

# Logits that are held at once, in bytes of fp32.
LOGITS_BYTES = 1 << 28
# What some architectures do to their logits behind the output head, which this does not.
ALTERED = ("final_logit_softcapping", "logit_scale", "logits_scaling")


@dataclass(frozen=True)
class Packed:
    """A line of tokens and what is wanted of it.

    Attributes:
        ids, positions: token ids, and positions in their sequences, shape (1, tokens).
        tries: who looks at whom.
        places: of each state that is wanted, where it stands in the line, shape (states,): for each part the
            last token of its prompt, then its nodes.
        edges: the state before each node, by its place among the states, shape (nodes of all parts,).
        tokens: the token of each node, shape (nodes of all parts,).
        heads: where each part's states begin.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    tries: Tries
    places: torch.Tensor
    edges: torch.Tensor
    tokens: torch.Tensor
    heads: list[int]


def pack(parts: list[Part], device: torch.device) -> Packed:
    """The line of these parts."""
    shared = shared_beginning([part.prompt for part in parts])
    ids, positions = [np.array(parts[0].prompt[:shared], dtype=int)], [np.arange(shared)]
    places, edges, heads = [], [], []
    start, head = shared, 0
    for part in parts:
        length, trie = len(part.prompt), part.trie
        end = start + len(part) - shared
        ids += [np.array(part.prompt[shared:], dtype=int), trie.tokens]
        positions += [np.arange(shared, length), length + trie.depths]
        places.append(np.arange(end - len(trie) - 1, end))
        # The state of the prompt's end comes first: it is the parent ROOT, -1.
        edges.append(head + 1 + trie.parents)
        heads.append(head)
        start, head = end, head + 1 + len(trie)
    joined = (np.concatenate(arrays) for arrays in (ids, positions, places, edges, ids[2::2]))
    line, where, *wanted = (torch.from_numpy(array).to(device) for array in joined)
    return Packed(line[None], where[None], Tries(parts, device, shared), *wanted, heads)


def joined(parts: list[Part]) -> tuple[list[Part], list[np.ndarray]]:
    """The same as one part, where answers are little beside their prompts: what some begin with stands once.

    Also, of each part that is given, where its states are among those of what is returned: of its prompt's
    end, then of its nodes, shape (nodes + 1,). Larger tries stay apart, or masks would become large.
    """
    prompts = [part.prompt for part in parts]
    if len(parts) == 1 or sum(len(part.trie) for part in parts) > sum(map(len, prompts)):
        starts = np.cumsum([0, *(len(part.trie) + 1 for part in parts)])
        return parts, [np.arange(*pair) for pair in pairwise(starts.tolist())]
    shared = shared_beginning(prompts)
    paths, sequences = [part.trie.paths() for part in parts], []
    for part, path in zip(parts, paths, strict=True):
        answers = (part.trie.tokens[row[row != ROOT]].tolist() for row in path)
        sequences += [[*part.prompt[shared:], *answer] for answer in answers] or [part.prompt[shared:]]
    trie = prefix_trie(sequences)
    every, found, first = trie.paths(), [], 0
    for part, path in zip(parts, paths, strict=True):
        start, states = len(part.prompt) - shared, np.empty(len(part.trie) + 1, dtype=int)
        states[0] = every[first, start - 1] + 1
        rows, depths = np.nonzero(path != ROOT)
        states[path[rows, depths] + 1] = every[first + rows, start + depths] + 1
        found.append(states)
        first += max(1, len(path))
    return [Part(0, np.arange(len(sequences)), prompts[0][:shared], trie)], found


def lines(parts: Iterable[Part], tokens: int) -> Iterator[list[Part]]:
    """Parts in their order, as many together as `tokens` allow, one at least."""
    line: list[Part] = []
    for part in parts:
        if line and sum(map(len, line)) + len(part) > tokens:
            yield line
            line = []
        line.append(part)
    if line:
        yield line


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
