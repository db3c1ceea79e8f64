"""The published form of a divergence between laws: its mean over the prefixes of an answer.

An answer has a prefix before each of its tokens, the end token included. At each of them the law of the
model's next token diverges from the target's; arXiv 2605.11845 averages that over the prefixes of sampled
answers. Here it is exact: a mean over answers by their target masses, of the mean over the prefixes of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..spaces import prefix_trie


@dataclass(frozen=True)
class Prefixes:
    """How much each log-probability of an answer's tokens counts in that mean.

    Attributes:
        edges: of the answers' tokens, shape (options, longest); 0 behind an answer's last token.
        ends: of their end tokens, shape (options,).
        due: what the target's own log-probabilities come to with these weights, shape (options,); NaN for an
            answer without mass.
    """

    edges: np.ndarray
    ends: np.ndarray
    due: np.ndarray

    def divergence(self, rows: np.ndarray, edges: torch.Tensor, ends: torch.Tensor) -> np.ndarray:
        """What each of some answers adds, at its target mass, to the mean over prefixes; nats, shape (rows,).

        `edges` (rows, width) are log-probabilities of tokens, 0 behind the last one, `ends` (rows,) those of
        end tokens. Summed with the target masses they are the mean over prefixes of KL(target || model).
        """
        weights = self.edges[rows, : edges.shape[1]]
        return self.due[rows] - (weights * edges.numpy()).sum(1) - self.ends[rows] * ends.numpy()


def prefixes(sequences: Sequence[Sequence[int]], law: Sequence[float]) -> Prefixes:
    """Of answers, as tokens without the end token, and their target masses, shape (options,)."""
    trie, target = prefix_trie(sequences), np.asarray(law, dtype=float)
    lengths = np.array([len(tokens) + 1 for tokens in sequences])
    mass, paths = trie.behind(target), trie.paths()
    with np.errstate(divide="ignore", invalid="ignore"):
        # The mean of 1 / length over the answers that go on from a state.
        share = np.nan_to_num(trie.behind(target / lengths) / mass)
        following = np.log(mass[1:] / mass[trie.parents + 1])
        ending = np.log(target / mass[trie.ends + 1])
    there = paths >= 0
    edges = np.where(there, share[trie.parents[paths] + 1], 0.0)
    ends = share[trie.ends + 1]
    wanted = target > 0
    known = np.where(there & wanted[:, None], following[paths], 0.0)
    due = np.where(wanted, (edges * known).sum(1) + ends * np.where(wanted, ending, 0.0), np.nan)
    return Prefixes(edges, ends, due)
