"""What a correct answer costs: the per-problem cost table, tokens and money per correct answer."""

import numpy as np
import pandas as pd

from .bootstrap import Bootstrap, divide
from .estimate import Estimate
from .per_problem import column, identity, long_table
from .ranges import range_of
from .samples import graded_samples

SUMS = ("completion_tokens", "prompt_tokens", "n_correct", "tag_valid", "truncated")


def cost_table(rollouts: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Metrics table: sums by problem over its n rollouts.

    `completion_tokens`, `prompt_tokens` (tokens), `n_correct`, `tag_valid`, `truncated` (finish reason
    `length`; counts). What an undecided rollout cost is spent: it is in every sum but n_correct.
    """
    samples = graded_samples(rollouts, verdicts).rename(
        columns={"tokens": "completion_tokens", "correct": "n_correct"}
    )
    grouped = samples.groupby("uid", sort=True)
    sums, n = grouped[list(SUMS)].sum(skipna=False), grouped.size().to_numpy()
    columns = {name: (sums[name].to_numpy(dtype=float), n) for name in SUMS}
    return long_table(identity(rollouts), sums.index.to_numpy(), columns)


def per_rollout(table: pd.DataFrame, metric: str, boot: Bootstrap) -> Estimate:
    """Mean of a summed metric per rollout over all problems (Σ metric / Σ n), clustered interval."""
    sums, n = column(table, metric), column(table, metric, "n")
    return boot.ratio(sums.to_numpy(), n.to_numpy(dtype=float), range_of(metric, int(n.max())))


def money(table: pd.DataFrame, input_per_million: float, output_per_million: float) -> np.ndarray:
    """Price (P,) of each problem's rollouts, in the currency of the price table.

    Prompt tokens count once per rollout, as hosted services bill them.
    """
    prompt, completion = column(table, "prompt_tokens"), column(table, "completion_tokens")
    return (prompt * input_per_million + completion * output_per_million).to_numpy() / 1e6


def tokens_per_correct(table: pd.DataFrame, boot: Bootstrap) -> Estimate:
    """Σ completion tokens / Σ correct with the clustered interval of the ratio; NaN without any correct."""
    return boot.ratio(column(table, "completion_tokens").to_numpy(), column(table, "n_correct").to_numpy())


def money_per_correct(
    table: pd.DataFrame, input_per_million: float, output_per_million: float, boot: Bootstrap
) -> Estimate:
    """Σ price / Σ correct with the clustered interval of the ratio; NaN without any correct."""
    price = money(table, input_per_million, output_per_million)
    return boot.ratio(price, column(table, "n_correct").to_numpy())


def per_correct_compared(
    first: tuple[np.ndarray, np.ndarray],
    second: tuple[np.ndarray, np.ndarray],
    how: str,
    boot: Bootstrap,
) -> Estimate:
    """Cost per correct of two arms over shared problems: `difference` first − second, `ratio` second/first.

    Each arm is (cost (P,), correct (P,)) in the same problem order. NaN when either has no correct answer.
    """
    if not (first[1].sum() and second[1].sum()):
        return Estimate(float("nan"), None, len(first[1]))

    def compared(weights: np.ndarray) -> np.ndarray:
        a, b = (divide(weights @ cost, weights @ correct) for cost, correct in (first, second))
        # inf - inf and inf / inf are NaN: resamples without any correct answer in both arms say nothing
        with np.errstate(invalid="ignore"):
            return a - b if how == "difference" else divide(b, a)

    return boot.statistic(compared, len(first[1]))
