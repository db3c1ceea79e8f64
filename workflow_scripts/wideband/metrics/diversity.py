"""The per-problem diversity table: embeddings and texts, on all rollouts and on correct ones."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from ..config.evaluation import Diversity
from .diversity_names import CORRECT
from .embeddings import cosine_distance, strategies, unit, variance_trace, vendi
from .grams import encode, grams, holders
from .per_problem import MetricError, identity, long_table
from .samples import SAMPLE, correctness
from .signatures import signature
from .text_ngrams import ead

# Values by name, shape (P,), of the rows that have a problem's place; the others have -1.
Measure = Callable[[np.ndarray], dict[str, np.ndarray]]


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
    group = np.searchsorted(uids, rows["uid"].to_numpy(dtype=object))
    correct = np.where(rows["correct"].to_numpy(dtype=bool), group, -1)
    embedded, textual = _embedded(rows, len(uids), cfg), _textual(rows, group, len(uids), cfg)
    columns: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for suffix, members in (("", group), (CORRECT, correct)):
        n = np.bincount(members[members >= 0], minlength=len(uids))
        for name, values in {**embedded(members), **textual(members)}.items():
            columns[f"{name}{suffix}"] = np.where(n > 1, values, np.nan), n
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


def _embedded(rows: pd.DataFrame, groups: int, cfg: Diversity) -> Measure:
    vectors = unit(np.stack(rows["vector"].to_numpy())) if len(rows) else np.empty((0, 1))

    def measured(group: np.ndarray) -> dict[str, np.ndarray]:
        kept, n = vectors[group >= 0], np.bincount(group[group >= 0], minlength=groups)
        bounds = np.concatenate([[0], np.cumsum(n)])
        sums = np.stack([kept[start:end].sum(axis=0) for start, end in pairwise(bounds)])
        return {
            "cosine_distance": cosine_distance(sums, n),
            "variance_trace": variance_trace(sums, n),
            "strategies": strategies(kept, bounds, cfg.eps, cfg.min_samples),
            "vendi": vendi(kept, bounds),
        }

    return measured


def _textual(rows: pd.DataFrame, group: np.ndarray, groups: int, cfg: Diversity) -> Measure:
    """Texts are read once, whatever the choices of them."""
    texts = list(rows["body"])
    held = holders(grams(encode(texts), cfg.ngrams, group))
    numbers, _ = pd.factorize(np.array([" ".join(signature(text)) for text in texts], dtype=object))

    def measured(group: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "distinct_ngrams": ead(held, group, groups, cfg.vocabulary),
            "numeric_signatures": _distinct_share(numbers, group, groups),
        }

    return measured


def _distinct_share(codes: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Different codes (N,) of each group, by its members, shape (groups,)."""
    kept = group >= 0
    pairs = pd.DataFrame({"group": group[kept], "code": codes[kept]}).drop_duplicates()
    found, n = (np.bincount(each, minlength=groups) for each in (pairs["group"], group[kept]))
    return found / np.where(n > 0, n, np.nan)
