"""The value of each item behind a number, so that two studies can be paired by item."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..metrics.estimate import Interval
from ..metrics.passk import curves, k_of
from ..metrics.per_problem import column, measured
from ..metrics.ranges import DIFFERENCE, RATE, difference_of, range_of

Frames = Sequence[pd.DataFrame]


@dataclass(frozen=True)
class Items:
    """A number as Σ `above` / Σ `below` over items; both Series by uid, in one order.

    `within`: the least and greatest value of one item's quotient, None where none is known.
    """

    above: pd.Series
    below: pd.Series
    within: Interval | None

    @property
    def value(self) -> float:
        """The number that they give."""
        below = float(self.below.sum())
        return float(self.above.sum()) / below if below else float("nan")

    @property
    def mean(self) -> bool:
        """Whether it is a plain mean over items."""
        return bool((self.below == 1).all())


def read(estimator: str, frames: Frames, args: dict[str, Any]) -> Items | None:
    """The items of a number by its estimator; None for one that is no mean or quotient over items."""
    found = READERS.get(estimator)
    return found(frames, args) if found and args.get("runs", 1) == 1 else None


def _mean(values: pd.Series, within: Interval | None) -> Items:
    return Items(values, pd.Series(np.ones(len(values)), values.index), within)


def _pass(frame: pd.DataFrame, k: int) -> pd.Series:
    return curves(frame)[k].dropna().sort_index()


def _minus(first: pd.Series, second: pd.Series) -> pd.Series:
    both = first.index.intersection(second.index).sort_values()
    return first[both] - second[both]


def _values(frame: pd.DataFrame, metric: str) -> pd.Series:
    k = k_of(metric)
    return measured(frame, metric) if k is None else _pass(frame, k)


def _range(frames: Frames, metric: str) -> Interval | None:
    return range_of(metric, max(int(frame["n"].max()) for frame in frames))


def _of_space(frames: Frames, args: dict[str, Any]) -> list[pd.DataFrame]:
    """Tables of answers, the problems that are the last left out, for the items of one answer space."""
    *tables, problems = frames
    if args["space"] is None:
        return tables
    uids = problems.loc[problems["space"] == args["space"], "uid"]
    return [table[table["uid"].isin(uids)] for table in tables]


def _diversity(frames: Frames, args: dict[str, Any]) -> Items:
    return _mean(measured(frames[0], args["metric"]), _range(frames, args["metric"]))


def _answers(frames: Frames, args: dict[str, Any]) -> Items:
    return _diversity(_of_space(frames, args), args)


def _difference(frames: Frames, args: dict[str, Any]) -> Items:
    first, second = (_values(frame, args["metric"]) for frame in frames[:2])
    return _mean(_minus(first, second), difference_of(_range(frames[:2], args["metric"])))


def _quotient(above: str, below: str) -> Callable[[Frames, dict[str, Any]], Items]:
    """Σ of a column over Σ of another."""

    def items(frames: Frames, _: dict[str, Any]) -> Items:
        return Items(column(frames[0], above), column(frames[0], below).astype(float), None)

    return items


def _rate(metric: str | None = None) -> Callable[[Frames, dict[str, Any]], Items]:
    """Σ of a column over all rollouts: a mean over items where each has equally many."""

    def items(frames: Frames, args: dict[str, Any]) -> Items:
        name = metric or args["metric"]
        sums, n = column(frames[0], name), column(frames[0], name, "n").astype(float)
        within = RATE if name == "n_correct" else range_of(name, int(n.max()))
        return _mean(sums / n, within) if n.nunique() == 1 else Items(sums, n, within)

    return items


READERS: dict[str, Callable[[Frames, dict[str, Any]], Items]] = {
    "passk.mean": lambda frames, args: _mean(_pass(frames[0], args["k"]), RATE),
    "accuracy.gain": lambda frames, _: _mean(_minus(_pass(frames[0], 1), _pass(frames[1], 1)), DIFFERENCE),
    "accuracy.hit_rate": _rate("n_correct"),
    "answers.gain": lambda frames, args: _difference(_of_space(frames, args), args),
    "answers.mean": _answers,
    "cost.per_rollout": _rate(),
    "cost.tokens_per_correct": _quotient("completion_tokens", "n_correct"),
    "diversity.mean": _diversity,
    "paired.difference": _difference,
}
