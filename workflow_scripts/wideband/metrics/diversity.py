"""The per-problem diversity table: embeddings and texts, on all rollouts and on correct ones."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from ..config.evaluation import Diversity
from .diversity_names import CORRECT, DIVERSITY_METRICS
from .ngrams import encode, expectation_adjusted_distinct
from .per_problem import MetricError, identity, long_table
from .samples import SAMPLE
from .signatures import distinct_signatures
from .spread import cosine_distance, unit, variance_trace
from .strategies import strategies
from .undecided import correctness
from .vendi import vendi

Columns = dict[str, tuple[np.ndarray, np.ndarray]]


def bodies(rollouts: pd.DataFrame, scaffold: str) -> list[str | None]:
    """The working inside each completion, as the named scaffold reads it; None for an empty completion.

    A completion without a body counts whole, as in the embeddings: malformed rollouts belong to the policy.
    """
    from ..scaffolds import get

    parse = get(scaffold).parse
    return [parse(completion).body or completion.strip() or None for completion in rollouts["completion"]]


def diversity_table(
    rollouts: pd.DataFrame,
    verdicts: pd.DataFrame,
    embeddings: pd.DataFrame,
    bodies: Sequence[str | None],
    cfg: Diversity,
) -> pd.DataFrame:
    """Metrics table: every name of DIVERSITY_METRICS by problem, and again with suffix `.correct`.

    `bodies` follows the rows of `rollouts`. A rollout is usable when it has a body and an embedding;
    `.correct` keeps those graded correct (undecided ones are not). n counts usable rollouts; values are NaN
    for n < 2. `strategies`, `vendi` and `variance_trace` grow with n by construction, so `.correct` values
    of arms with different accuracy are to be read with their n.
    """
    rows = usable(rollouts, verdicts, embeddings, bodies)
    uids = np.sort(rollouts["uid"].unique().astype(object))
    columns = _columns(rows, uids, cfg)
    correct = _columns(rows[rows["correct"]], uids, cfg)
    columns |= {f"{name}{CORRECT}": pair for name, pair in correct.items()}
    return long_table(identity(rollouts), uids, columns)


def usable(
    rollouts: pd.DataFrame, verdicts: pd.DataFrame, embeddings: pd.DataFrame, bodies: Sequence[str | None]
) -> pd.DataFrame:
    """Rollouts that have a body and a vector: uid, sample, body, vector, correct, sorted by (uid, sample).

    Raises MetricError where `bodies` are not those of the rollouts.
    """
    if len(bodies) != len(rollouts):
        raise MetricError(f"{len(bodies)} bodies for {len(rollouts)} rollouts; parse the same table")
    texts = rollouts[SAMPLE].assign(body=pd.Series(list(bodies), index=rollouts.index, dtype=object))
    texts = texts[[isinstance(body, str) and bool(body.strip()) for body in bodies]]
    joined = texts.merge(verdicts[[*SAMPLE, "correct"]], on=SAMPLE, how="left", validate="one_to_one")
    joined = joined.merge(embeddings[[*SAMPLE, "vector"]], on=SAMPLE, how="inner", validate="one_to_one")
    return joined.assign(correct=correctness(joined)).sort_values(SAMPLE, ignore_index=True)


def _columns(usable: pd.DataFrame, uids: np.ndarray, cfg: Diversity) -> Columns:
    groups = np.searchsorted(uids, usable["uid"].to_numpy(dtype=object))
    bounds = np.searchsorted(groups, np.arange(len(uids) + 1))
    n = np.diff(bounds)
    columns = _embedded(usable, bounds, n, cfg) | _textual(usable, bounds, cfg)
    return {name: (np.where(n > 1, values, np.nan), n) for name, values in columns.items()}


def _embedded(
    usable: pd.DataFrame, bounds: np.ndarray, n: np.ndarray, cfg: Diversity
) -> dict[str, np.ndarray]:
    if usable.empty:
        return {name: np.full(len(n), np.nan) for name in DIVERSITY_METRICS[:4]}
    vectors = unit(np.stack(usable["vector"].to_numpy()))
    sums = np.stack([vectors[start:end].sum(axis=0) for start, end in pairwise(bounds)])
    return {
        "cosine_distance": cosine_distance(sums, n),
        "variance_trace": variance_trace(sums, n),
        "strategies": strategies(vectors, bounds, cfg.eps, cfg.min_samples),
        "vendi": vendi(vectors, bounds),
    }


def _textual(usable: pd.DataFrame, bounds: np.ndarray, cfg: Diversity) -> dict[str, np.ndarray]:
    texts = list(usable["body"])
    codes = encode(texts)
    spans = list(pairwise(bounds))
    return {
        "distinct_ngrams": np.array([_ead(codes[start:end], cfg) for start, end in spans]),
        "numeric_signatures": np.array([distinct_signatures(texts[start:end]) for start, end in spans]),
    }


def _ead(codes: list[np.ndarray], cfg: Diversity) -> float:
    """Mean over the study's n-gram orders; NaN when the texts are too short for one of them."""
    return float(np.mean([expectation_adjusted_distinct(codes, n, cfg.vocabulary) for n in cfg.ngrams]))
