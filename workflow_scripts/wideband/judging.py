"""Pairs of answers before a judge: which are held against each other, in which order, and what it says."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .config.evaluation import Judge
from .metrics.judge_prompt import filled
from .metrics.per_problem import identity
from .sampling.requests import Engine, Request, Settings
from .sampling.seeds import derive_seed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What a judge is asked.

    Attributes:
        keys: uid, sample, other, place of each: an answer of the policy and one of the base to the same
            prompt, and whether the policy's is shown first (0) or second (1).
        requests: of each, as the API gets it.
    """

    keys: pd.DataFrame
    requests: list[Request]


def between(
    problems: pd.DataFrame,
    mine: tuple[pd.DataFrame, Sequence[str | None]],
    base: tuple[pd.DataFrame, Sequence[str | None]],
    cfg: Judge,
) -> Asked:
    """Pairs of a policy's and the base's (rollouts, texts), drawn by the named seed.

    An answer without text is shown empty: it counts as what it is.
    """
    keys: list[tuple[str, int, int, int]] = []
    requests: list[Request] = []
    own, others = _texts(*mine), _texts(*base)
    for uid, problem in zip(problems["uid"], problems["problem"], strict=True):
        random = np.random.default_rng(derive_seed(cfg.seed, "judge", uid))
        own_answers, base_answers = own.get(uid, {}), others.get(uid, {})
        count = min(cfg.pairs, len(own_answers), len(base_answers))
        drawn = (
            random.permutation(sorted(answers))[:count].tolist() for answers in (own_answers, base_answers)
        )
        for sample, other in zip(*drawn, strict=True):
            place = int(random.integers(2))
            for shown in (place, 1 - place) if cfg.swap else (place,):
                pair = (own_answers[sample], base_answers[other])
                keys.append((uid, sample, other, shown))
                requests.append(Request(_message(cfg, problem, pair[shown], pair[1 - shown]), len(requests)))
    return Asked(pd.DataFrame(keys, columns=["uid", "sample", "other", "place"]), requests)


def _texts(rollouts: pd.DataFrame, texts: Sequence[str | None]) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for uid, sample, text in zip(rollouts["uid"], rollouts["sample"], texts, strict=True):
        found.setdefault(uid, {})[int(sample)] = text or ""
    return found


def _message(cfg: Judge, problem: str, first: str, second: str) -> str:
    """The one message of a chat. All parts are put in at once: braces inside them stay what they are."""
    parts = {"prompt": problem, "first": first[: cfg.characters], "second": second[: cfg.characters]}
    text = filled(cfg.prompt, parts)
    return json.dumps([{"role": "user", "content": text}], ensure_ascii=False)


def judgements(rollouts: pd.DataFrame, asked: Asked, engine: Engine, cfg: Judge) -> pd.DataFrame:
    """One row a question, with the judge's answer as it stands: what it means is read where it is counted."""
    log.info("asking %s about %d pairs in an order", cfg.model, len(asked.requests))
    done = engine.sample(asked.requests, Settings(0.0, cfg.max_tokens, ()))
    return asked.keys.assign(
        **identity(rollouts),
        said=pd.Series([completion.text for completion in done], dtype=object),
        prompt_tokens=pd.Series([completion.prompt_tokens for completion in done], dtype="int64"),
        completion_tokens=pd.Series([completion.tokens for completion in done], dtype="int64"),
    )
