"""Sorting answers into classes as the release does, a round of all prompts at a time."""

from collections.abc import Callable, Sequence

import numpy as np

from ..metrics.novelty import same_if_short

Pair = tuple[str, str]
# The probability that the two answers of each pair are the same, shape (pairs,).
Judge = Callable[[Sequence[Pair]], np.ndarray]


def classes(prompts: Sequence[Sequence[str]], judge: Judge, threshold: float) -> list[list[int]]:
    """The class of every answer of every prompt, counted from 0 by first members.

    The first answer without a class makes a new one, of all later ones without a class that are the same as
    it: that is metrics.novelty.partition, with all prompts' pairs of a round judged together.
    """
    found: list[list[int]] = [[-1] * len(texts) for texts in prompts]
    for number in range(max(map(len, prompts), default=0)):
        asked: list[tuple[int, int, Pair]] = []
        for owner, texts in enumerate(prompts):
            rest = [place for place, group in enumerate(found[owner]) if group < 0]
            for place in rest[:1]:
                found[owner][place] = number
            asked += [(owner, place, (texts[rest[0]], texts[place])) for place in rest[1:]]
        same = _same([pair for *_, pair in asked], judge, threshold)
        for (owner, place, _), alike in zip(asked, same, strict=True):
            if alike:
                found[owner][place] = number
    return found


def _same(pairs: Sequence[Pair], judge: Judge, threshold: float) -> list[bool]:
    """Answers of a few words by the words that they share, others by the judge."""
    known = [same_if_short(*pair) for pair in pairs]
    long = [pair for pair, alike in zip(pairs, known, strict=True) if alike is None]
    judged = iter(judge(long) if long else ())
    return [bool(next(judged) > threshold) if alike is None else alike for alike in known]
