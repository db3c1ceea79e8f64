"""Attention over prefix tries: prompts and what follows them in one line of tokens, each prefix once.

A node of a trie sees its prompt, its ancestors and itself (tree attention: Cai et al. 2024, Medusa), at the
position that it has in each of its sequences: one pass gives the states of all sequences.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from ..spaces import Trie
from ..spaces.trie import ROOT
from .packed_attention import Attend, States
from .windows import in_window

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
    """The parts of a line: who looks at whom (see packed_attention.Line).

    What all prompts begin with, `shared` tokens, stands at the line's beginning and not in the parts.
    """

    def __init__(self, parts: list[Part], device: torch.device, shared: int = 0) -> None:
        self.layers, self.shared = 0, slice(0, shared)
        # For each part where its prompt begins and ends, and blocks of its nodes with their masks.
        self.parts: list[tuple[slice, list[tuple[slice, torch.Tensor]]]] = []
        start, where = shared, [np.arange(shared)]
        for part in parts:
            prompt = slice(start, start + len(part.prompt) - shared)
            blocks = [
                (slice(prompt.stop + first, prompt.stop + end), _mask(part, first, end).to(device))
                for first, end in _blocks(part.trie)
            ]
            self.parts.append((prompt, blocks))
            start += len(part) - shared
            length = len(part.prompt)
            where += [np.arange(shared, length), length + part.trie.depths]
        # The position of each token of the line.
        joined = np.concatenate(where)
        self.where, self.longest = torch.from_numpy(joined).to(device), int(joined.max(initial=-1)) + 1

    def attended(self, states: States, attend: Attend, window: int | None) -> torch.Tensor:
        """See packed_attention.Line."""

        def near(mask: torch.Tensor | None, nodes: slice, *before: slice) -> torch.Tensor | None:
            if window is None or self.longest <= window:
                return mask
            keys = torch.cat([self.where[group] for group in (*before, nodes)])
            return in_window(mask, self.where[nodes], keys, window)

        query, *begun = (state[:, :, self.shared] for state in states)
        outputs = [attend(query, *begun, near(None, self.shared))] if query.shape[2] else []
        for prompt, blocks in self.parts:
            query, *own = (state[:, :, prompt] for state in states)
            seen = [torch.cat(pair, dim=2) for pair in zip(begun, own, strict=True)]
            if query.shape[2]:
                mask = near(_after(self.shared.stop, query), prompt, self.shared)
                outputs.append(attend(query, *seen, mask))
            for nodes, mask in blocks:
                query, *own = (state[:, :, nodes] for state in states)
                both = (torch.cat(pair, dim=2) for pair in zip(seen, own, strict=True))
                outputs.append(attend(query, *both, near(mask, nodes, self.shared, prompt)))
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
    return [*blocks, (first, len(trie))] if len(trie) else []


def _after(shared: int, query: torch.Tensor) -> torch.Tensor | None:
    """Which tokens those of a prompt look at, behind `shared` others; None where there are none of these."""
    length = query.shape[2]
    seen = torch.ones(length, shared + length, dtype=torch.bool, device=query.device).tril(shared)
    return seen[None, None] if shared else None


def _mask(part: Part, first: int, end: int) -> torch.Tensor:
    """Which tokens of prompt and block each node looks at, shape (1, 1, nodes, prompt + nodes)."""
    node, last = torch.arange(first, end), torch.from_numpy(part.trie.last[first:end])
    # Descendants follow a node without a gap: it is an ancestor of all up to its last one.
    ancestors = (node <= node[:, None]) & (node[:, None] <= last)
    return torch.nn.functional.pad(ancestors, (len(part.prompt), 0), value=True)[None, None]
