"""The per-problem long table (`metrics`): building it, reading one metric, pairing two arms."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..errors import WidebandError

IDENTITY = ["arm", "checkpoint", "slice"]


class MetricError(WidebandError):
    """Tables that do not fit together; the message names the key and the remedy."""


def identity(frame: pd.DataFrame) -> dict[str, str]:
    """The one (arm, checkpoint, slice) of a table. Raises MetricError when it mixes several."""
    found = frame[IDENTITY].drop_duplicates()
    if len(found) != 1:
        raise MetricError(
            f"a table must hold exactly one (arm, checkpoint, slice), found {found.to_dict('records')[:3]}; "
            "compute each combination on its own"
        )
    return {name: str(found[name].iloc[0]) for name in IDENTITY}


def long_table(
    whose: Mapping[str, str],
    uids: np.ndarray,
    columns: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> pd.DataFrame:
    """Metrics table from {metric: (values (P,), n (P,))}, rows sorted by uid, then as given."""
    values = np.stack([np.asarray(pair[0], dtype=float) for pair in columns.values()], axis=1)
    counts = np.stack([np.asarray(pair[1], dtype=np.int64) for pair in columns.values()], axis=1)
    return pd.DataFrame(
        {
            **{name: whose[name] for name in IDENTITY},
            "uid": np.repeat(np.asarray(uids, dtype=object), len(columns)),
            "metric": np.tile(np.asarray(list(columns), dtype=object), len(uids)),
            "value": values.ravel(),
            "n": counts.ravel(),
        }
    )


def column(frame: pd.DataFrame, metric: str, field: str = "value") -> pd.Series:
    """One metric of a metrics table as a Series by uid, sorted. Raises MetricError if it is absent."""
    rows = np.flatnonzero(frame["metric"].to_numpy(dtype=object) == metric)
    if not len(rows):
        raise MetricError(f"metric '{metric}' is not in the table, which has {sorted(set(frame['metric']))}")
    uids = frame["uid"].to_numpy(dtype=object)[rows]
    order = np.argsort(uids, kind="stable")
    return pd.Series(frame[field].to_numpy()[rows][order], index=pd.Index(uids[order], dtype=object))


def measured(frame: pd.DataFrame, metric: str) -> pd.Series:
    """Like `column`, without the problems whose value is NaN."""
    return column(frame, metric).dropna()


def paired(first: pd.DataFrame, second: pd.DataFrame, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Values (P,), (P,) of two arms over the problems that both have measured, in uid order."""
    a, b = measured(first, metric), measured(second, metric)
    if not a.index.equals(b.index):
        shared = a.index.intersection(b.index).sort_values()
        a, b = a[shared], b[shared]
    return a.to_numpy(), b.to_numpy()
