"""The table of what a judge said."""

import logging

import pandas as pd

from ..config.evaluation import Judge
from ..metrics.per_problem import identity
from ..sampling.requests import Engine, Settings
from .pairs import Asked

log = logging.getLogger(__name__)


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
