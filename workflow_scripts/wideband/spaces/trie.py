"""Options as a model's tokens, checked before any weights are loaded, and the prefix trie of token sequences.

What options have in common stands in the trie once (Fredkin 1960).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from .space import AnswerSpace, SpaceError

Tokens = tuple[int, ...]
# The parent of first tokens in a trie.
ROOT = -1


def token_sequences(
    space: AnswerSpace, encode: Callable[[str], list[int]], room: int, lead: str = ""
) -> list[Tokens]:
    """The tokens of each option as a completion begins with it, without any end token.

    Options may be prefixes of one another: the end token decides between them.

    Args:
        space: the options.
        encode: the tokenizer's, without special tokens.
        room: tokens that the context leaves to an answer and its end.
        lead: text between prompt and option, such as a blank.

    Raises:
        SpaceError: options that are equal after tokenisation, have no token, or do not fit.
    """
    sequences = [tuple(encode(lead + option)) for option in space.options]
    known: dict[Tokens, str] = {}
    for option, tokens in zip(space.options, sequences, strict=True):
        if not tokens:
            raise SpaceError(f"answer space '{space.name}': option {option!r} has no token; remove it")
        if len(tokens) + 1 > room:
            raise SpaceError(
                f"answer space '{space.name}': option {option[:40]!r} has {len(tokens)} tokens, but prompt "
                f"and context leave {max(room - 1, 0)}; shorten the prompt or leave the option out"
            )
        if tokens in known:
            raise SpaceError(
                f"answer space '{space.name}': options {known[tokens]!r} and {option!r} are the same tokens "
                "to this model; keep one of them"
            )
        known[tokens] = option
    return sequences


@dataclass(frozen=True)
class Trie:
    """The nodes below a root, depth first: a node's descendants follow it without a gap.

    The root is where the prompt ends and is no node. Node i stands for the edge from its parent as well: the
    token that is appended there.

    Attributes:
        tokens: the token of each node, shape (nodes,).
        parents: each node's parent, ROOT for the first tokens of sequences, shape (nodes,).
        depths: tokens before it below the root, 0 for first tokens, shape (nodes,).
        last: the last descendant of each node, itself if it has none, shape (nodes,).
        ends: the node where each sequence ends, shape (sequences,).
    """

    tokens: np.ndarray
    parents: np.ndarray
    depths: np.ndarray
    last: np.ndarray
    ends: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)

    def paths(self) -> np.ndarray:
        """The nodes of each sequence from its first token on, padded by ROOT; shape (sequences, longest)."""
        longest = int(self.depths[self.ends].max(initial=-1)) + 1
        found = np.full((len(self.ends), longest), ROOT)
        here, rows = self.ends.copy(), np.arange(len(self.ends))
        while len(rows):
            found[rows, self.depths[here]] = here
            here = self.parents[here]
            rows, here = rows[here != ROOT], here[here != ROOT]
        return found

    def behind(self, values: np.ndarray) -> np.ndarray:
        """The sum of the values of the sequences that go on from each state, shape (nodes + 1,).

        `values` has shape (sequences,). State 0 is the root, state i + 1 node i.
        """
        found = np.zeros(len(self) + 1)
        paths = self.paths()
        rows, columns = np.nonzero(paths != ROOT)
        np.add.at(found, paths[rows, columns] + 1, values[rows])
        found[0] = values.sum()
        return found


def prefix_trie(sequences: Sequence[Sequence[int]]) -> Trie:
    """The trie of distinct sequences of one token or more; without any, one that has no node."""
    tokens, parents, depths = [], [], []
    ends = np.zeros(len(sequences), dtype=np.int64)
    path: list[int] = []
    for row, ids, shared in _sorted(sequences):
        del path[shared:]
        for depth in range(shared, len(ids)):
            parents.append(path[-1] if path else ROOT)
            path.append(len(tokens))
            tokens.append(ids[depth])
            depths.append(depth)
        ends[row] = path[-1]
    last = np.arange(len(tokens))
    for node in range(len(tokens) - 1, 0, -1):
        if parents[node] != ROOT:
            last[parents[node]] = max(last[parents[node]], last[node])
    return Trie(*(np.array(column, dtype=np.int64) for column in (tokens, parents, depths)), last, ends)


def split(sequences: Sequence[Sequence[int]], nodes: int) -> Iterator[tuple[np.ndarray, Trie]]:
    """Tries of at most `nodes` nodes (more only where one sequence is longer), with the rows that each holds.

    Rows that share prefixes stay together.
    """
    rows, size = [], 0
    for row, ids, shared in _sorted(sequences):
        # The first row of a part shares nothing with what is in another.
        more = len(ids) - shared if rows else len(ids)
        if rows and size + more > nodes:
            yield _part(sequences, rows)
            rows, size, more = [], 0, len(ids)
        rows.append(row)
        size += more
    if rows:
        yield _part(sequences, rows)


def _part(sequences: Sequence[Sequence[int]], rows: list[int]) -> tuple[np.ndarray, Trie]:
    return np.array(rows), prefix_trie([sequences[row] for row in rows])


def _sorted(sequences: Sequence[Sequence[int]]) -> Iterator[tuple[int, Sequence[int], int]]:
    """Rows in lexicographic order, each with its sequence and the tokens it shares with the one before."""
    before: Sequence[int] = ()
    for row in sorted(range(len(sequences)), key=lambda row: tuple(sequences[row])):
        ids = sequences[row]
        yield row, ids, common_length([before, ids])
        before = ids


def common_length(sequences: Sequence[Sequence[int]]) -> int:
    """How many tokens all sequences begin with: as many as the first and the last of them in their order."""
    first, last = min(map(tuple, sequences)), max(map(tuple, sequences))
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return sum(1 for _ in same)


def shared_beginning(prompts: Sequence[Sequence[int]]) -> int:
    """Tokens that all of several prompts begin with; the last one of each is left to it. 0 for one prompt."""
    if len(prompts) == 1:
        return 0
    return min(common_length(prompts), *(len(prompt) - 1 for prompt in prompts))
