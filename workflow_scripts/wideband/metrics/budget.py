"""Accuracy at a matched token budget: best-of-k against the tokens that k attempts cost."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .bootstrap import Bootstrap
from .estimate import Estimate
from .passk import curves
from .per_problem import column
from .ranges import DIFFERENCE, RATE


@dataclass(frozen=True)
class Frontier:
    """One arm over P problems: tokens (P,) of one attempt, pass@k (P, K)."""

    tokens: np.ndarray
    passk: np.ndarray

    def accuracy(self, budget: float, weights: np.ndarray) -> np.ndarray:
        """Accuracy (R,) bought by `budget` tokens a problem, for problem weights (R, P).

        budget / mean tokens = a possibly fractional k. Between k and k + 1 the curve is linear, which is
        what mixing both numbers of attempts achieves; below one attempt the same with (0, 0).
        Beyond the last k it stays at pass@K: more attempts were not measured.
        """
        totals = weights.sum(axis=1)
        curve = np.column_stack([np.zeros(len(weights)), weights @ self.passk / totals[:, None]])
        k = np.clip(budget / (weights @ self.tokens / totals), 0, self.passk.shape[1])
        low = np.minimum(np.floor(k).astype(int), self.passk.shape[1] - 1)
        rows = np.arange(len(weights))
        return curve[rows, low] + (k - low) * (curve[rows, low + 1] - curve[rows, low])

    def accuracy_by_problem(self, budget: float) -> np.ndarray:
        """Accuracy (P,) of each problem at the number of attempts that the budget buys."""
        problems = len(self.tokens)
        k = np.clip(budget / self.attempt(), 0, self.passk.shape[1])
        low = min(int(k), self.passk.shape[1] - 1)
        curve = np.column_stack([np.zeros(problems), self.passk])
        return curve[:, low] + (k - low) * (curve[:, low + 1] - curve[:, low])

    def attempt(self) -> float:
        """Mean tokens of one attempt at a problem."""
        return float(self.tokens.mean())

    def reach(self) -> float:
        """Tokens a problem of K attempts: the largest budget measured."""
        return self.attempt() * self.passk.shape[1]


def frontiers(
    first: tuple[pd.DataFrame, pd.DataFrame], second: tuple[pd.DataFrame, pd.DataFrame]
) -> tuple[Frontier, Frontier]:
    """Frontiers of two arms, each given as (passk table, cost table), over the problems all four share.

    K is each arm's largest k that at least half of its problems reach; problems below it are left out.
    """
    data = [_arm(passk, cost) for passk, cost in (first, second)]
    shared = data[0].index.intersection(data[1].index).sort_values()
    a, b = (arm.loc[shared] for arm in data)
    return tuple(Frontier(arm["tokens"].to_numpy(), arm.drop(columns="tokens").to_numpy()) for arm in (a, b))


def _arm(passk: pd.DataFrame, cost: pd.DataFrame) -> pd.DataFrame:
    n, tokens = column(cost, "completion_tokens", "n"), column(cost, "completion_tokens")
    drawn = column(passk, "n_correct", "n").to_numpy()
    top = int(np.median(drawn)) if len(drawn) else 0
    table = curves(passk)
    table = table[table.columns[:top]][drawn >= top]
    known = table.index.isin(n.index)
    return table[known].assign(tokens=(tokens / n)[table.index[known]])


def common_budget(first: Frontier, second: Frontier, level: str) -> float:
    """A budget in tokens a problem that both arms can be read at.

    `full`: the smaller reach of the two; `half`, `quarter`: parts of it; `one_attempt`: what a single
    attempt of the dearer arm costs, NaN when the cheaper arm's attempts do not reach so far.
    """
    if not len(first.tokens) or not first.passk.shape[1] or not second.passk.shape[1]:
        return float("nan")
    reach = min(first.reach(), second.reach())
    shares = {"full": 1.0, "half": 0.5, "quarter": 0.25}
    if level in shares:
        return reach * shares[level]
    if level != "one_attempt":
        raise ValueError(f"unknown budget level '{level}': quarter, half, full or one_attempt")
    dearer = max(first.attempt(), second.attempt())
    return dearer if dearer <= reach else float("nan")


def matched_accuracy(first: Frontier, second: Frontier, level: str, what: str, boot: Bootstrap) -> Estimate:
    """Accuracy of `first`, of `second`, or their `difference` at a common budget, clustered interval.

    The budget is fixed at its value for the whole sample; resamples vary curves and token means.
    """
    budget = common_budget(first, second, level)
    if np.isnan(budget):
        return Estimate(float("nan"), None, len(first.tokens))

    def statistic(weights: np.ndarray) -> np.ndarray:
        if what == "difference":
            return first.accuracy(budget, weights) - second.accuracy(budget, weights)
        return (first if what == "first" else second).accuracy(budget, weights)

    within = DIFFERENCE if what == "difference" else RATE
    of_first, of_second = first.accuracy_by_problem(budget), second.accuracy_by_problem(budget)
    values = {"first": of_first, "second": of_second, "difference": of_first - of_second}[what]
    found = boot.statistic(statistic, len(values), within)
    return boot.widened(found, values, np.ones(len(values)), within)
