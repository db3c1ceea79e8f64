"""Rollouts of a micro-batch in one line: no padding, and a prompt that several of them share only once."""

from dataclasses import dataclass

import torch

from ..policy.packed_attention import Sequences

IGNORED = -100
BUCKETS = 4


@dataclass(frozen=True)
class Packed:
    """A line of tokens: first the prompts without their last token, then each rollout from there on.

    A rollout's last token is left out, since nothing is predicted from it.

    Attributes:
        ids: token ids, shape (1, tokens); `positions` in their sequences and `labels`, the next tokens
            (IGNORED in prompts), of the same shape.
        sequences: which tokens make a rollout.
        place: of each label, where it stands in the flattened (rollouts, completion) batch.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    labels: torch.Tensor
    sequences: Sequences
    place: torch.Tensor

    def unpacked(self, values: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        """Values of the labels in the shape (rollouts, completion), zero where there is no token."""
        known = values[self.labels != IGNORED]
        return values.new_zeros(shape.numel()).index_copy(0, self.place, known).view(shape)


def pack(input_ids: torch.Tensor, attention_mask: torch.Tensor, completion: int) -> Packed:
    """The line of a padded batch, shape (rollouts, L), whose last `completion` columns are completions."""
    mask = attention_mask.bool()
    rows = [ids[kept].tolist() for ids, kept in zip(input_ids, mask, strict=True)]
    lengths = mask[:, -completion:].sum(1).tolist()
    line, prefixes = _prefixes(rows, lengths)
    sequences, labels = [], [IGNORED] * len(line)
    positions = [position for prefix in prefixes.values() for position in range(len(prefix))]
    for row, length in zip(rows, lengths, strict=True):
        start = len(row) - length - 1
        # An empty completion keeps the last token of its prompt, for no sequence to be empty.
        own, following = row[start:-1] or row[start:], row[start + 1 :] or [IGNORED]
        sequences.append([*prefixes[tuple(row[:start])], *range(len(line), len(line) + len(own))])
        line += own
        labels += following
        positions += range(start, start + len(own))
    place = [row * completion + column for row, length in enumerate(lengths) for column in range(length)]
    tensors = (torch.tensor(each, device=input_ids.device) for each in (line, positions, labels))
    return Packed(
        *(each[None] for each in tensors),
        _sequences(sequences, len(line), input_ids.device),
        torch.tensor(place, dtype=torch.long, device=input_ids.device),
    )


def _prefixes(rows: list[list[int]], lengths: list[int]) -> tuple[list[int], dict[tuple[int, ...], range]]:
    """Distinct prompts without their last token, one after the other, and where each stands."""
    line, places = [], {}
    for row, length in zip(rows, lengths, strict=True):
        prefix = tuple(row[: len(row) - length - 1])
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
