"""Comparing a stored table with the one that was made again."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..lists import listed

# Beyond this a value is another one; below it lie sums in another order and other processors.
RELATIVE, ABSOLUTE = 1e-9, 1e-12
SHOWN = 3


def difference(
    stored: pd.DataFrame, again: pd.DataFrame, key: Sequence[str], ordered: bool = False
) -> str | None:
    """What is different, in words; None when nothing is. `ordered`: the order of rows counts as well."""
    keys, columns = list(key), [name for name in again.columns if name not in key]
    if set(stored.columns) != set(again.columns):
        return f"columns {sorted(set(stored.columns) ^ set(again.columns))}"
    left, right = (frame.set_index(keys, drop=False) for frame in (stored, again))
    if not left.index.is_unique:
        return f"rows that occur twice, such as {left.index[left.index.duplicated()][0]}"
    missing, foreign = right.index.difference(left.index), left.index.difference(right.index)
    if len(missing) or len(foreign):
        named = ", ".join(map(str, [*missing[:SHOWN], *foreign[:SHOWN]]))
        return f"{len(missing)} rows are missing, {len(foreign)} are foreign: {named}"
    if ordered and not left.index.equals(right.index):
        return "the order of its rows"
    left = left.loc[right.index]
    for name in columns:
        unequal = ~same(left[name], right[name])
        if unequal.any():
            at = right.index[unequal]
            was, now = left[name][unequal].iloc[0], right[name][unequal].iloc[0]
            return f"{name} in {len(at)} rows, first {at[0]}: it says {was!r}, made again {now!r}"
    return None


def _is_list(value: object) -> bool:
    return isinstance(value, list | np.ndarray)


def same(left: pd.Series, right: pd.Series) -> np.ndarray:
    """Row by row, whether two columns agree; nothing equals nothing."""
    if any(column.map(_is_list).any() for column in (left, right)):
        pairs = zip(map(listed, left), map(listed, right), strict=True)
        return np.array([first == second for first, second in pairs], dtype=bool)
    numbers = [pd.to_numeric(column, errors="coerce") for column in (left, right)]
    first, second = (column.to_numpy(dtype=float, na_value=np.nan) for column in numbers)
    close = np.isclose(first, second, rtol=RELATIVE, atol=ABSOLUTE)
    texts = [
        column.astype(object).where(column.notna(), None).to_numpy(dtype=object) for column in (left, right)
    ]
    equal = np.array([a is b or a == b for a, b in zip(*texts, strict=True)], dtype=bool)
    return close | equal
