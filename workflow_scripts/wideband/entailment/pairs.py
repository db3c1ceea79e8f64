"""Pairs of texts: chosen, and so counted, before any is judged, and the table of what was judged.

Sentences are aligned as in the work on Olmo 3 (arXiv:2604.16027): the first of one output with the first of
the other and so on, at most a few drawn places of each pair of outputs.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from ..config.evaluation import Entailment
from ..metrics.per_problem import identity
from ..sampling.seeds import derive_seed
from .judge import Judge

SENTENCE_END = re.compile(r"[.!?]+\s+|\n+")
WHOLE = -1
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """Pairs of texts that are to be judged.

    Attributes:
        keys: uid, other, first, second, place, possible of each: two outputs (of one prompt, where `other` is
            `uid`, else the first outputs of two prompts), the place of their sentences (-1: whole texts), and
            how many pairs of outputs there were to draw from.
        texts: both texts of each.
    """

    keys: pd.DataFrame
    texts: list[tuple[str, str]]


def between(rollouts: pd.DataFrame, bodies: Sequence[str | None], cfg: Entailment) -> Asked:
    """The pairs of an evaluation, by the named seed: a text without a body has none."""
    frame = rollouts[["uid", "sample"]].assign(body=pd.Series(list(bodies), rollouts.index, dtype=object))
    frame = frame[[isinstance(body, str) and bool(body.strip()) for body in bodies]]
    frame = frame.sort_values(["uid", "sample"])
    keys: list[tuple] = []
    texts: list[tuple[str, str]] = []
    outputs = {
        uid: dict(zip(part["sample"], part["body"], strict=True)) for uid, part in frame.groupby("uid")
    }
    for uid, texts_of in outputs.items():
        drawn = _drawn(list(texts_of), cfg.pairs, cfg.seed, "inside", uid)
        _add(
            keys,
            texts,
            cfg,
            [((uid, a), (uid, b), texts_of[a], texts_of[b]) for a, b in drawn],
            comb(len(texts_of), 2),
        )
    first = {uid: texts_of[0] for uid, texts_of in outputs.items() if 0 in texts_of}
    drawn = _drawn(list(first), cfg.across, cfg.seed, "across")
    _add(keys, texts, cfg, [((a, 0), (b, 0), first[a], first[b]) for a, b in drawn], comb(len(first), 2))
    columns = ["uid", "other", "first", "second", "place", "possible"]
    return Asked(pd.DataFrame(keys, columns=columns), texts)


def sentences(text: str) -> list[str]:
    """A text cut at the ends of its sentences and lines."""
    cut = [part.strip() for part in SENTENCE_END.split(text.replace("\r", " ").replace("\t", " "))]
    return [part for part in cut if part] or [text.strip()]


def _drawn(members: list, most: int | None, seed: int, *name: str) -> list[tuple]:
    """Pairs of members: all, or `most` of them without replacement."""
    count = comb(len(members), 2)
    if most is None or count <= most:
        return list(combinations(members, 2))
    random = np.random.default_rng(derive_seed(seed, *name))
    places = np.sort(random.choice(count, size=most, replace=False))
    # Place p counts the pairs (a, b), a < b, in the order of combinations.
    starts = np.cumsum([0, *range(len(members) - 1, 0, -1)])
    rows = np.searchsorted(starts, places, side="right") - 1
    return [
        (members[row], members[row + 1 + place - starts[row]])
        for row, place in zip(rows, places, strict=True)
    ]


def _add(
    keys: list[tuple], texts: list[tuple[str, str]], cfg: Entailment, drawn: list, possible: int
) -> None:
    for (uid, first), (other, second), one, two in drawn:
        for place, pair in _aligned(one, two, cfg, (uid, other, first, second)):
            keys.append((uid, other, first, second, place, possible))
            texts.append(pair)


def _aligned(
    one: str, two: str, cfg: Entailment, name: tuple[str, str, int, int]
) -> list[tuple[int, tuple[str, str]]]:
    if cfg.align == "whole":
        return [(WHOLE, (one[: cfg.characters], two[: cfg.characters]))]
    pairs = list(zip(sentences(one), sentences(two), strict=False))
    places = np.arange(len(pairs))
    if len(pairs) > cfg.sentences:
        random = np.random.default_rng(derive_seed(cfg.seed, "sentences", *name))
        places = np.sort(random.choice(len(pairs), size=cfg.sentences, replace=False))
    return [(int(at), (pairs[at][0][: cfg.characters], pairs[at][1][: cfg.characters])) for at in places]


def entailment_table(rollouts: pd.DataFrame, asked: Asked, judge: Judge) -> pd.DataFrame:
    """One row a pair of texts: probabilities with the first as premise, then (`…_back`) with the second."""
    log.info("judging %d pairs of texts, each both ways", len(asked.texts))
    there, back = judge(asked.texts), judge([(two, one) for one, two in asked.texts])
    return asked.keys.assign(
        **identity(rollouts),
        entails=there[:, 0],
        contradicts=there[:, 1],
        entails_back=back[:, 0],
        contradicts_back=back[:, 1],
    )
