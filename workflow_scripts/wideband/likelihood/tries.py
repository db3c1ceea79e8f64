"""Prompts and the prefix tries behind them in one line of tokens, each prompt and each prefix once.

What all prompts of a line begin with, often the same examples, stands at its beginning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from ..policy.packed_tries import Part, Tries
from ..spaces.trie import shared_beginning


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
        ids += [np.array(part.prompt[shared:]), trie.tokens]
        positions += [np.arange(shared, length), length + trie.depths]
        places.append(np.arange(end - len(trie) - 1, end))
        # The state of the prompt's end comes first: it is the parent ROOT, -1.
        edges.append(head + 1 + trie.parents)
        heads.append(head)
        start, head = end, head + 1 + len(trie)
    joined = (np.concatenate(each) for each in (ids, positions, places, edges, ids[2::2]))
    line, where, *wanted = (torch.from_numpy(each).to(device) for each in joined)
    return Packed(line[None], where[None], Tries(parts, device, shared), *wanted, heads)


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
