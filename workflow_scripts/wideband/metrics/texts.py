"""The table of measures of texts: inside each prompt, on correct outputs, and across first outputs."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..config.evaluation import Texts
from . import text_names as names
from .contributions import distance_across, vendi_across
from .embeddings import unit, vendi
from .grams import Grams, Holders, grams, holders
from .per_problem import identity, long_table
from .samples import SAMPLE
from .text_draws import matched
from .text_ngrams import (
    distinct_pair,
    distinct_pair_across,
    ead,
    ead_across,
    repetition_pair,
    repetition_pair_across,
)
from .text_tokens import Encoded, encoded

Columns = dict[str, tuple[np.ndarray, np.ndarray]]


def texts_table(
    usable: pd.DataFrame, rollouts: pd.DataFrame, tokens: list[str], cfg: Texts, base: Path | None = None
) -> pd.DataFrame:
    """Metrics table of the names that `text_names.within` and `across` give, the former again `.correct`.

    And `text_names.matched`, whose n is how many outputs are drawn, as many as are correct.

    `usable`: rollouts with a body and a vector (`diversity.usable`). n counts outputs that a value rests on:
    usable ones, for measures at one length those of at least that length, across prompts one a prompt. Across
    prompts the value of a prompt is what it contributes to all of them; the first output is `sample` 0.
    """
    uids = np.sort(rollouts["uid"].unique().astype(object))
    group = np.searchsorted(uids, usable["uid"].to_numpy(dtype=object))
    kinds = {kind: encoded(kind, list(usable["body"]), base) for kind in tokens}
    subsets = {"": np.ones(len(usable), dtype=bool), names.CORRECT: usable["correct"].to_numpy(dtype=bool)}
    columns: Columns = {}
    for kind, found in kinds.items():
        every = _counted(found.codes, cfg, group)
        held = holders([every[order] for order in cfg.ngrams])
        for suffix, kept in subsets.items():
            inside = _within(found, every, held, np.where(kept, group, -1), len(uids), kind, cfg)
            columns |= {f"{name}{suffix}": pair for name, pair in inside.items()}
        columns[names.matched(names.ead(kind))] = _matched(
            found, held, group, columns, kind, identity(rollouts)
        )
    columns |= _vendi(usable, group, len(uids), identity(rollouts))
    columns |= _across(usable, uids, kinds, cfg)
    return long_table(identity(rollouts), uids, columns)


def _counted(codes: list[np.ndarray], cfg: Texts, group: np.ndarray | None = None) -> dict[int, Grams]:
    """The n-grams of every order that a measure reads."""
    orders = sorted({*cfg.ngrams, names.REPEATED})
    return dict(zip(orders, grams(codes, orders, group), strict=True))


def _within(
    found: Encoded,
    every: dict[int, Grams],
    held: list[Holders],
    group: np.ndarray,
    groups: int,
    tokens: str,
    cfg: Texts,
) -> Columns:
    lengths = np.array([len(text) for text in found.codes], dtype=np.int64)
    whole, long = np.where(lengths > 0, group, -1), np.where(lengths >= cfg.length, group, -1)
    n, matched = (np.bincount(groups_of[groups_of >= 0], minlength=groups) for groups_of in (whole, long))
    total = np.bincount(whole[whole >= 0], weights=lengths[whole >= 0], minlength=groups)
    cut, (four,) = (
        _cut([every[order] for order in cfg.ngrams], cfg.length),
        _cut([every[names.REPEATED]], cfg.length),
    )
    mean = np.where(n > 0, total, np.nan) / np.where(n > 0, n, 1)
    diverse = np.where(n > 1, ead(held, whole, groups, found.vocabulary), np.nan)
    return {
        names.ead(tokens): (diverse, n),
        names.distinct(tokens, cfg.length): (distinct_pair(cut, long, groups, cfg.length), matched),
        names.repetition(tokens, cfg.length): (repetition_pair(four, long, groups), matched),
        names.mean_length(tokens): (mean, n),
    }


def _matched(
    found: Encoded,
    held: list[Holders],
    group: np.ndarray,
    columns: Columns,
    tokens: str,
    whose: dict[str, str],
) -> tuple[np.ndarray, np.ndarray]:
    written = np.array([len(text) > 0 for text in found.codes], dtype=bool)
    _, correct = columns[f"{names.ead(tokens)}{names.CORRECT}"]
    whole = np.where(written, group, -1)

    def measure(group: np.ndarray) -> np.ndarray:
        return ead(held, group, len(correct), found.vocabulary)

    return matched(measure, whole, correct, whose), correct


def _cut(every: list[Grams], length: int) -> list[Grams]:
    """The n-grams of the first `length` tokens of each text."""
    return [grams.where(grams.place + grams.order <= length) for grams in every]


def _vendi(usable: pd.DataFrame, group: np.ndarray, groups: int, whose: dict[str, str]) -> Columns:
    """By output, and by further output; the latter of as many of all as are correct, too."""
    vectors = unit(np.stack(usable["vector"].to_numpy())) if len(usable) else np.empty((0, 1))

    def scores(members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        kept = members >= 0
        bounds = np.searchsorted(members[kept], np.arange(groups + 1))
        return vendi(vectors[kept], bounds), np.diff(bounds)

    right = np.where(usable["correct"].to_numpy(dtype=bool), group, -1)
    found: Columns = {}
    for suffix, members in (("", group), (names.CORRECT, right)):
        score, n = scores(members)
        found[f"{names.VENDI}{suffix}"] = score / np.where(n > 1, n, np.nan), n
        found[f"{names.FURTHER}{suffix}"] = _further(score, n), n
    _, correct = found[f"{names.FURTHER}{names.CORRECT}"]
    drawn = matched(lambda members: _further(*scores(members)), group, correct, whose)
    return found | {names.matched(names.FURTHER): (drawn, correct)}


def _further(score: np.ndarray, n: np.ndarray) -> np.ndarray:
    return np.clip((score - 1) / np.where(n > 1, n - 1, np.nan), 0, 1)


def _across(usable: pd.DataFrame, uids: np.ndarray, kinds: dict[str, Encoded], cfg: Texts) -> Columns:
    first = np.flatnonzero(usable[SAMPLE[1]].to_numpy() == 0)
    places = np.searchsorted(uids, usable["uid"].to_numpy(dtype=object)[first])
    found: dict[str, np.ndarray] = {}
    for tokens, encoding in kinds.items():
        codes = [encoding.codes[place] for place in first]
        long = np.array([len(text) >= cfg.length for text in codes], dtype=bool)
        counted = _counted(codes, cfg)
        every = [counted[order] for order in cfg.ngrams]
        cut, (four,) = _cut(every, cfg.length), _cut([counted[names.REPEATED]], cfg.length)
        found[names.ead(tokens)] = ead_across(every, encoding.vocabulary)
        found[names.distinct(tokens, cfg.length)] = distinct_pair_across(cut, long, cfg.length)
        found[names.repetition(tokens, cfg.length)] = repetition_pair_across(four, long)
    if len(first):
        vectors = unit(np.stack(usable["vector"].to_numpy()[first]))
        found |= {names.DISTANCE: distance_across(vectors), names.VENDI: vendi_across(vectors)}
    else:
        found |= dict.fromkeys((names.DISTANCE, names.VENDI), np.empty(0))
    return {f"{name}{names.ACROSS}": _placed(values, places, len(uids)) for name, values in found.items()}


def _placed(values: np.ndarray, places: np.ndarray, prompts: int) -> tuple[np.ndarray, np.ndarray]:
    """Values of the first outputs at their prompts, and n: 1 where there is one."""
    column = np.full(prompts, np.nan)
    column[places] = values
    return column, np.isfinite(column).astype(np.int64)
