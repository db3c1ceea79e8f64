"""Prompts and the prefix tries behind them in one line of tokens, each prompt and each prefix once.

What all prompts of a line begin with, often the same examples, stands at its beginning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from ..policy.packed_tries import Part, Tries
from ..spaces.trie import ROOT, prefix_trie, shared_beginning


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
