"""The laws of a slice's items under one policy: asked as sampling asks them, computed share by share."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .. import tasks
from ..sampling.progress import Progress
from ..spaces import AnswerSpace
from ..spaces.of_items import scored_space
from ..tables.partial_rows import PartialRows, Row
from .exact import Law, Opening, Question

log = logging.getLogger(__name__)
# The laws of questions, as tokens are drawn at a temperature.
Laws = Callable[[Sequence[Question], float], list[Law]]
# Items of a share. They are packed together: another cut would change last digits.
SHARE = 32
REALS, WHOLE = pa.list_(pa.float64()), pa.list_(pa.int64())
SCHEMA = pa.schema(
    {
        "logprobs": REALS,
        "tokens": WHOLE,
        "per_prefix": REALS,
        "entropy": pa.float64(),
        "support": pa.int64(),
        "leading_tokens": WHOLE,
        "leading_masses": REALS,
    }
)


def questions(problems: pd.DataFrame, prompts: Sequence[str]) -> list[Question]:
    """What each item asks, given its prompts row by row. Raises SpaceError naming the space or the uid."""
    found = []
    for prompt, row in zip(prompts, problems.to_dict("records"), strict=True):
        passage = "passage" in tasks.load(row["task"]).GIVES
        found.append(Question("" if passage else prompt, scored_space(row), passage=passage))
    return found


def item_laws(laws: Laws, asked: Sequence[Question], temperature: float, kept: PartialRows) -> list[Law]:
    """The law of each question; shares that an earlier run has kept are read back.

    Raises whatever `laws` does.
    """
    shares = [asked[start : start + SHARE] for start in range(0, len(asked), SHARE)]
    names = [_named(share, temperature) for share in shares]
    done = [_read(kept.get(name)) for name in names]
    if any(done):
        log.info("%d of %d shares were computed by an earlier run", sum(map(bool, done)), len(shares))
    progress = Progress(
        sum(len(share) for share, there in zip(shares, done, strict=True) if not there), "items"
    )
    for place, share in enumerate(shares):
        if done[place]:
            continue
        done[place] = laws(share, temperature)
        kept.put(names[place], [_row(law) for law in done[place]])
        for law in done[place]:
            progress.show(int(law.tokens.sum()))
    return [law for share in done for law in share]


def _named(share: Sequence[Question], temperature: float) -> list[Any]:
    return [temperature, [[question.prompt, question.lead, _space(question.space)] for question in share]]


def _space(space: AnswerSpace | None) -> list[Any]:
    return [space.options, space.law] if space else []


def _row(law: Law) -> Row:
    tokens, masses = zip(*law.opening.leading, strict=True)
    return {
        "logprobs": law.logprobs.tolist(),
        "tokens": law.tokens.tolist(),
        "per_prefix": law.per_prefix.tolist(),
        "entropy": law.opening.entropy,
        "support": law.opening.support,
        "leading_tokens": list(tokens),
        "leading_masses": list(masses),
    }


def _read(rows: list[Row] | None) -> list[Law]:
    return [
        Law(
            np.array(row["logprobs"]),
            np.array(row["tokens"]),
            Opening(
                row["entropy"],
                row["support"],
                tuple(zip(row["leading_tokens"], row["leading_masses"], strict=True)),
            ),
            np.array(row["per_prefix"]),
        )
        for row in rows or ()
    ]


def kept_laws(folder: Path) -> PartialRows:
    """Where a job keeps the laws that it has so far."""
    return PartialRows(folder, SCHEMA)
