"""The prefix trie: every sequence is a path, shared beginnings stand there once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband.spaces import prefix_trie, split
from wideband.spaces.trie import ROOT

SEQUENCES = st.lists(
    st.lists(st.integers(0, 3), min_size=1, max_size=5).map(tuple), min_size=1, max_size=30, unique=True
)


def test_integers_from_1_to_1000_are_a_thousand_nodes() -> None:
    trie = prefix_trie([[ord(digit) for digit in str(number)] for number in range(1, 1001)])
    # Every number but 1000 extends another one by a digit: each is a node, and there is none beside them.
    assert len(trie) == 1000


@given(SEQUENCES)
def test_each_sequence_is_the_path_to_its_end(sequences: list[tuple[int, ...]]) -> None:
    trie = prefix_trie(sequences)
    for sequence, path in zip(sequences, trie.paths(), strict=True):
        nodes = path[path != ROOT]
        assert tuple(trie.tokens[nodes]) == sequence
        assert list(trie.parents[nodes]) == [ROOT, *nodes[:-1]]
        assert list(trie.depths[nodes]) == list(range(len(sequence)))
    prefixes = {sequence[:length] for sequence in sequences for length in range(1, len(sequence) + 1)}
    assert len(trie) == len(prefixes)


@given(SEQUENCES)
def test_descendants_are_those_of_the_paths(sequences: list[tuple[int, ...]]) -> None:
    trie = prefix_trie(sequences)
    for node in range(len(trie)):
        below, here = {node}, node
        for other in range(len(trie)):
            here = other
            while here not in (ROOT, node):
                here = trie.parents[here]
            below |= {other} if here == node else set()
        assert below == set(range(node, trie.last[node] + 1))


@given(SEQUENCES, st.integers(1, 12))
def test_parts_hold_every_sequence_once_within_the_limit(
    sequences: list[tuple[int, ...]], nodes: int
) -> None:
    rows = []
    for part, trie in split(sequences, nodes):
        assert len(trie) <= max(nodes, max(len(sequences[row]) for row in part))
        found = [tuple(trie.tokens[path[path != ROOT]]) for path in trie.paths()]
        assert found == [sequences[row] for row in part]
        rows += part.tolist()
    assert sorted(rows) == list(range(len(sequences)))


def test_a_space_that_fits_is_one_part() -> None:
    ((rows, trie),) = split([(2, 1), (2,), (1,)], 3)
    assert rows.tolist() == [2, 1, 0] and len(trie) == 3
    assert len(list(split([(2, 1), (2,), (1,)], 2))) == 2


@pytest.mark.parametrize("length", [1, 3])
def test_one_sequence_is_a_chain(length: int) -> None:
    trie = prefix_trie([range(length)])
    assert trie.parents.tolist() == [ROOT, *range(length - 1)]
    assert trie.last.tolist() == [length - 1] * length
