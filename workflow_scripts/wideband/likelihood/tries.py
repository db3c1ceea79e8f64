"""Prompts and the prefix tries behind them in one line of tokens, each prompt and each prefix once.

A node of a trie sees its prompt, its ancestors and itself (tree attention: Cai et al. 2024, Medusa), at the
position that it has in each of its sequences: one pass gives the states of all sequences.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from ..policy.packed_attention import Attend, States
from ..spaces import Trie
from ..spaces.trie import ROOT

# Nodes of a trie whose attention is computed together.
BLOCK = 128


@dataclass(frozen=True)
class Part:
    """A prompt's tokens and a trie of sequences that follow it; `owner` and `rows` say whose and which."""

    owner: int
    rows: np.ndarray
    prompt: list[int]
    trie: Trie

    def __len__(self) -> int:
        return len(self.prompt) + len(self.trie)


class Tries:
    """The parts of a line: who looks at whom (see packed_attention.Line)."""

    def __init__(self, parts: list[Part], device: torch.device) -> None:
        self.layers = 0
        # For each part where its prompt begins and ends, and blocks of its nodes with their masks.
        self.parts: list[tuple[slice, list[tuple[slice, torch.Tensor]]]] = []
        start = 0
        for part in parts:
            prompt = slice(start, start + len(part.prompt))
            blocks = [
                (slice(prompt.stop + first, prompt.stop + end), _mask(part, first, end).to(device))
                for first, end in _blocks(part.trie)
            ]
            self.parts.append((prompt, blocks))
            start += len(part)

    def attended(self, states: States, attend: Attend) -> torch.Tensor:
        """See packed_attention.Line."""
        outputs = []
        for prompt, blocks in self.parts:
            query, *seen = (each[:, :, prompt] for each in states)
            if query.shape[2]:
                outputs.append(attend(query, *seen, None))
            for nodes, mask in blocks:
                query, *own = (each[:, :, nodes] for each in states)
                both = (torch.cat(pair, dim=2) for pair in zip(seen, own, strict=True))
                outputs.append(attend(query, *both, mask))
        return torch.cat(outputs, dim=1)


def _blocks(trie: Trie) -> list[tuple[int, int]]:
    """Nodes from first to end whose ancestors are among themselves: whole subtrees of first tokens.

    Attention costs the square of a block, of which little is seen: blocks are BLOCK nodes or one subtree.
    """
    starts, blocks = [*np.flatnonzero(trie.parents == ROOT).tolist(), len(trie)], []
    first = 0
    for before, end in pairwise(starts):
        if before > first and end - first > BLOCK:
            blocks.append((first, before))
            first = before
    return [*blocks, (first, len(trie))]


def _mask(part: Part, first: int, end: int) -> torch.Tensor:
    """Which tokens of prompt and block each node looks at, shape (1, 1, nodes, prompt + nodes)."""
    node, last = torch.arange(first, end), torch.from_numpy(part.trie.last[first:end])
    # Descendants follow a node without a gap: it is an ancestor of all up to its last one.
    ancestors = (node <= node[:, None]) & (node[:, None] <= last)
    return torch.nn.functional.pad(ancestors, (len(part.prompt), 0), value=True)[None, None]


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
    ids, positions, places, edges, heads = [], [], [], [], []
    start = head = 0
    for part in parts:
        length, trie = len(part.prompt), part.trie
        ids += [np.array(part.prompt), trie.tokens]
        positions += [np.arange(length), length + trie.depths]
        places.append(np.arange(start + length - 1, start + len(part)))
        # The state of the prompt's end comes first: it is the parent ROOT, -1.
        edges.append(head + 1 + trie.parents)
        heads.append(head)
        start, head = start + len(part), head + 1 + len(trie)
    joined = (np.concatenate(each) for each in (ids, positions, places, edges, ids[1::2]))
    line, where, *wanted = (torch.from_numpy(each).to(device) for each in joined)
    return Packed(line[None], where[None], Tries(parts, device), *wanted, heads)


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
