"""Rollouts of a micro-batch in one line: no padding, and a prompt that several of them share only once.

Where rollouts are little more than their prompts, what their completions begin with stands there once too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..policy.packed_attention import Line, Sequences
from ..policy.packed_tries import Part, Tries
from ..spaces import prefix_trie
from ..spaces.trie import ROOT, common_length

IGNORED = -100
BUCKETS = 4
# Attention over whole sequences copies each prompt for each of its rollouts. Up to this many copies of a line
# that costs less than a mask over a tree of completions.
COPIES = 8

# A prompt and the completion behind it.
Rollout = tuple[list[int], list[int]]


@dataclass(frozen=True)
class Packed:
    """A line of tokens: first what rollouts share, then what is their own, each with the token after it.

    A rollout's last token is left out, since nothing is predicted from it.

    Attributes:
        ids: token ids, shape (1, tokens); `positions` in their sequences and `labels`, the next tokens
            (IGNORED in prompts), of the same shape.
        sequences: who looks at whom.
        source: of each completion token, where the line predicts it.
        place: of each completion token, where it stands in the flattened (rollouts, completion) batch.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    labels: torch.Tensor
    sequences: Line
    source: torch.Tensor
    place: torch.Tensor

    def unpacked(self, values: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        """Values along the line in the shape (rollouts, completion), zero where there is no token."""
        known = values[0].index_select(0, self.source)
        return values.new_zeros(shape.numel()).index_copy(0, self.place, known).view(shape)


def pack(input_ids: torch.Tensor, attention_mask: torch.Tensor, completion: int) -> Packed:
    """The line of a padded batch, shape (rollouts, L), whose last `completion` columns are completions."""
    mask = attention_mask.bool()
    lengths = mask[:, -completion:].sum(1).tolist()
    rollouts = []
    for ids, kept, length in zip(input_ids, mask, lengths, strict=True):
        row = ids[kept].tolist()
        rollouts.append((row[: len(row) - length], row[len(row) - length :]))
    prompts = {tuple(prompt) for prompt, _ in rollouts}
    line = sum(map(len, prompts)) + sum(lengths)
    copied = sum(len(prompt) + len(own) for prompt, own in rollouts)
    # A tree of nothing is no line.
    tree = copied > COPIES * line and any(lengths)
    ids, positions, labels, sequences, source = (tree_line if tree else _rows)(rollouts, input_ids.device)
    place = [row * completion + column for row, length in enumerate(lengths) for column in range(length)]
    tensors = (
        torch.tensor(values, dtype=torch.long, device=input_ids.device)
        for values in (ids, positions, labels, source, place)
    )
    line, where, following, source, place = tensors
    return Packed(line[None], where[None], following[None], sequences, source, place)


# Token ids, positions and labels of a line, who looks at whom, and where each completion token is predicted.
Parts = tuple[list[int], list[int], list[int], Line, list[int]]


def _rows(rollouts: list[Rollout], device: torch.device) -> Parts:
    """Prompts without their last token, then each rollout from there on."""
    line, prefixes = _prefixes(rollouts)
    sequences, labels, source = [], [IGNORED] * len(line), []
    positions = [position for prefix in prefixes.values() for position in range(len(prefix))]
    for prompt, completion in rollouts:
        # An empty completion keeps the last token of its prompt, for no sequence to be empty.
        own, following = [prompt[-1], *completion[:-1]], completion or [IGNORED]
        places = range(len(line), len(line) + len(own))
        sequences.append([*prefixes[tuple(prompt[:-1])], *places])
        source += places[: len(completion)]
        line += own
        labels += following
        positions += range(len(prompt) - 1, len(prompt) - 1 + len(own))
    return line, positions, labels, _sequences(sequences, len(line), device), source


def tree_line(rollouts: Sequence[Rollout], device: torch.device) -> Parts:
    """What prompts begin with, without its last token, then the edges of the trie of what follows it.

    An edge is the token before it, which looks at the edges above it, and the token that it leads to. Prompts
    of one slice often have the same examples before the question.
    """
    rows: dict[int, list[int]] = {}
    for row, (prompt, completion) in enumerate(rollouts):
        if completion:
            rows.setdefault(prompt[0], []).append(row)
    line, positions, labels, parts = [], [], [], []
    predicted: dict[int, list[int]] = {}
    for owner, mine in enumerate(rows.values()):
        common = common_length([rollouts[row][0] for row in mine])
        *shared, last = rollouts[mine[0]][0][:common]
        trie = prefix_trie([rollouts[row][0][common:] + rollouts[row][1] for row in mine])
        start = len(line) + len(shared)
        for row, path in zip(mine, trie.paths(), strict=True):
            predicted[row] = (start + path[path != ROOT])[-len(rollouts[row][1]) :].tolist()
        before = np.where(trie.parents == ROOT, last, trie.tokens[trie.parents])
        line += [*shared, *before.tolist()]
        positions += [*range(len(shared)), *(len(shared) + trie.depths).tolist()]
        labels += [*[IGNORED] * len(shared), *trie.tokens.tolist()]
        parts.append(Part(owner, np.array(mine), shared, trie))
    source = [place for row in sorted(predicted) for place in predicted[row]]
    wanted = set(source)
    labels = [label if place in wanted else IGNORED for place, label in enumerate(labels)]
    return line, positions, labels, Tries(parts, device), source


def _prefixes(rollouts: list[Rollout]) -> tuple[list[int], dict[tuple[int, ...], range]]:
    """Distinct prompts without their last token, one after the other, and where each stands."""
    line, places = [], {}
    for prompt, _ in rollouts:
        prefix = tuple(prompt[:-1])
        if prefix not in places:
            places[prefix] = range(len(line), len(line) + len(prefix))
            line += prefix
    return line, places


def _sequences(rows: list[list[int]], tokens: int, device: torch.device) -> Sequences:
    """Rows of places in the line, the shortest first; attention costs the square of a bucket's width."""
    rows, buckets, home, start = sorted(rows, key=len), [], [0] * tokens, 0
    size = -(-len(rows) // BUCKETS)
    for first in range(0, len(rows), size):
        bucket = rows[first : first + size]
        width = len(bucket[-1])
        buckets.append(torch.tensor([row + [0] * (width - len(row)) for row in bucket], device=device))
        for number, row in enumerate(bucket):
            for column, token in enumerate(row):
                home[token] = start + number * width + column
        start += len(bucket) * width
    return Sequences(buckets, torch.tensor(home, device=device))
