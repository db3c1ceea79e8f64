"""NoveltyBench's measures (Zhang et al., arXiv:2504.05228): how many answers are worth reading.

Completions of a prompt fall into classes of functionally the same answer, each represented by its first
member. The release asks a fine-tuned DeBERTa whether two answers are the same, and a reward model what an
answer is worth, from 1 to 10. `same_words` stands in for the first: it is the overlap of words that the
release has as another way, with its rule for answers of a few words.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

PATIENCE = 0.8
# The release's: words up to which answers are short, and the ROUGE-1 F above which longer ones are the same.
SHORT, OVERLAP = 5, 0.458
BEST = 10.0
WORD = re.compile(r"[a-z0-9]+")


def partition(texts: Sequence[str], same: Callable[[str, str], bool]) -> list[int]:
    """The class of each text, counted from 0: the first whose first member is the same, else a new one."""
    first: list[str] = []
    classes = []
    for text in texts:
        place = next((place for place, other in enumerate(first) if same(other, text)), len(first))
        if place == len(first):
            first.append(text)
        classes.append(place)
    return classes


def distinct(classes: Sequence[int]) -> int:
    """How many classes there are. (The released summary counts one less.)"""
    return len(set(classes))


def utility(classes: Sequence[int | None], scores: Sequence[float], patience: float = PATIENCE) -> float:
    """What a reader gets who goes on to the next completion with probability `patience`; shapes (n,).

    Mean over places i with weights patience^i of the score where the completion is the first of its class,
    and 0 where it is not.
    """
    new = [group not in classes[:place] for place, group in enumerate(classes)]
    return float(np.average(np.where(new, scores, 0.0), weights=patience ** np.arange(len(classes))))


def same_words(one: str, other: str) -> bool:
    """Whether two answers have mostly the same words."""
    short = same_if_short(one, other)
    return rouge_1(one, other) > OVERLAP if short is None else short


def same_if_short(one: str, other: str) -> bool | None:
    """The release's rule for answers of a few words: half of them in common; None where one is longer."""
    longest = max(len(one.split()), len(other.split()))
    if longest > SHORT:
        return None
    common = set(one.lower().split()) & set(other.lower().split())
    return 2 * len(common) >= longest


def points(reward: float, thresholds: Sequence[float]) -> int:
    """What a reward is worth: 1, and 1 more for each of the ascending thresholds below it."""
    return bisect_left(thresholds, reward) + 1


def rouge_1(one: str, other: str) -> float:
    """F of the words that two texts have in common (Lin 2004), without stemming."""
    first, second = (Counter(WORD.findall(text.lower())) for text in (one, other))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0
