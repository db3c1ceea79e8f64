"""Paired draws of two arms: token ratios in the four buckets of who was correct."""

import numpy as np
import pandas as pd

from .bootstrap import Bootstrap
from .estimate import Estimate
from .paired_tests import wilcoxon_p
from .samples import SAMPLE

BUCKETS = ("both", "first_only", "second_only", "neither")


def paired_draws(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Draws of two arms joined by uid and sample index; an undecided one is in the bucket of a wrong one.

    Columns uid, sample, first_tokens, second_tokens, ratio (second / first), bucket. Draws that only one arm
    has, and draws of zero tokens, are left out.
    """
    keep = [*SAMPLE, "tokens", "correct"]
    joined = first[keep].merge(second[keep], on=SAMPLE, suffixes=("_first", "_second"), validate="one_to_one")
    joined = joined[(joined["tokens_first"] > 0) & (joined["tokens_second"] > 0)].sort_values(SAMPLE)
    a, b = joined["correct_first"].to_numpy(dtype=bool), joined["correct_second"].to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "uid": joined["uid"].to_numpy(dtype=object),
            "sample": joined["sample"].to_numpy(),
            "first_tokens": joined["tokens_first"].to_numpy(),
            "second_tokens": joined["tokens_second"].to_numpy(),
            "ratio": joined["tokens_second"].to_numpy() / joined["tokens_first"].to_numpy(),
            "bucket": np.select([a & b, a, b], BUCKETS[:3], default=BUCKETS[3]),
        }
    )


def median_ratio(draws: pd.DataFrame, bucket: str, boot: Bootstrap) -> Estimate:
    """Median token ratio second/first of a bucket's draws, interval clustered by problem; n counts draws."""
    chosen = draws[draws["bucket"] == bucket].sort_values("ratio", kind="stable")
    if chosen.empty:
        return Estimate(float("nan"), None, 0)
    ratios = chosen["ratio"].to_numpy()
    owners, problems = pd.factorize(chosen["uid"], sort=True)
    weights = boot.weights(len(problems))
    medians = np.concatenate([_medians(ratios, part[:, owners]) for part in np.array_split(weights, 10)])
    value = float(np.median(ratios))
    return Estimate(value, boot.interval(value, medians, len(problems)), len(ratios))


def _medians(ratios: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Lower weighted medians (R,) of ascending ratios (M,) under weights (R, M)."""
    cumulative = weights.cumsum(axis=1)
    return ratios[np.argmax(cumulative >= cumulative[:, -1:] / 2, axis=1)]


def wilcoxon_tokens(draws: pd.DataFrame, unit: str) -> tuple[float, int]:
    """Wilcoxon signed-rank on tokens of both-correct draws: (p, pairs).

    unit `draw` is the published test, which takes draws of one problem for independent; unit `problem`
    tests each problem's mean log ratio and does not.
    """
    both = draws[draws["bucket"] == "both"]
    if unit == "draw":
        return wilcoxon_p(both["second_tokens"].to_numpy(), both["first_tokens"].to_numpy()), len(both)
    means = np.log(both["ratio"]).groupby(both["uid"].to_numpy()).mean().to_numpy()
    return wilcoxon_p(means, np.zeros(len(means))), len(means)
