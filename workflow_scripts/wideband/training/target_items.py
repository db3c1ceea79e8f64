"""What a policy is taught about an item: the states of a prefix trie, and what should follow each of them."""

from dataclasses import dataclass

import numpy as np

from ..spaces.trie import Trie, prefix_trie

Array = np.ndarray


@dataclass(frozen=True)
class TargetItem:
    """An item's prompt and the options that have mass, as tokens.

    Attributes:
        prompt: token ids.
        sequences: token ids of each option, without the end token.
        law: their masses, which sum to one, shape (options,).
    """

    prompt: list[int]
    sequences: list[tuple[int, ...]]
    law: Array

    def drawn(self, answers: int, random: np.random.Generator) -> Array:
        """How often each option comes in so many draws from the law, shape (options,)."""
        return random.multinomial(answers, self.law)


@dataclass(frozen=True)
class Labels:
    """A loss that is linear in log-probabilities: `constant` - sum of `weights` * log q.

    States are numbered from 0, where the prompt ends; node i of the trie is state i + 1.

    Attributes:
        trie: the prefixes that are read.
        states, tokens: after which state which token, shape (labels,); END stands for the end token.
        weights: of each label, shape (labels,).
        constant: minus the entropy of the targets, in nats.
        prefixes: states at which something is taught, those of each answer counted.
    """

    trie: Trie
    states: Array
    tokens: Array
    weights: Array
    constant: float
    prefixes: int


END = -1


def labels_of_law(item: TargetItem, weights: Array, total: bool) -> Labels:
    """KL(target || model) at the prefixes of answers, each answer with its weight, shape (options,).

    An answer counts the sum (`total`) or the mean over its prefixes, of which the last is itself, where the
    end is due. With the law's masses as weights the sum is KL(law || the model's law of complete answers)
    by the chain rule. What is read is the answers with a weight; their siblings are labels only.
    """
    full = prefix_trie(item.sequences)
    lengths = np.array([len(tokens) + 1 for tokens in item.sequences])
    # The mass behind each state, and how much its divergence counts.
    mass = full.behind(item.law)
    counts = full.behind(weights if total else weights / lengths)
    parents = full.parents + 1
    states = np.concatenate([parents, full.ends + 1])
    tokens = np.concatenate([full.tokens, np.full(len(full.ends), END)])
    target = np.concatenate([mass[1:], item.law]) / mass[states]
    due = counts[states] * target
    kept = due > 0
    # Both tries are in lexicographic order, so those that are read keep theirs.
    read = counts > 0
    renumbered = np.cumsum(read) - 1
    rows = np.flatnonzero(weights)
    return Labels(
        prefix_trie([item.sequences[row] for row in rows]),
        renumbered[states[kept]],
        tokens[kept],
        due[kept],
        float((due[kept] * np.log(target[kept])).sum()),
        int(read.sum()),
    )


def labels_of_answers(item: TargetItem, counts: Array) -> Labels:
    """Mean cross-entropy over all tokens of answers that came so often, end tokens among them."""
    rows = np.flatnonzero(counts)
    trie = prefix_trie([item.sequences[row] for row in rows])
    lengths = np.array([len(item.sequences[row]) + 1 for row in rows])
    total = int((counts[rows] * lengths).sum())
    return Labels(
        trie,
        np.concatenate([trie.parents + 1, trie.ends + 1]),
        np.concatenate([trie.tokens, np.full(len(rows), END)]),
        np.concatenate([trie.behind(counts[rows])[1:], counts[rows]]) / total,
        0.0,
        total,
    )
