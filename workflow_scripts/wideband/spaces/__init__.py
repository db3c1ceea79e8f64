"""Answer spaces: the finite set of an item's valid answers, the target law over it, and its prefix trie."""

from .space import AnswerSpace, SpaceError, answer_space
from .trie import Trie, prefix_trie, split, token_sequences

__all__ = ["AnswerSpace", "SpaceError", "Trie", "answer_space", "prefix_trie", "split", "token_sequences"]
