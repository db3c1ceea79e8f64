"""Seeded draws of problems that depend on their texts alone, not on file order or library versions."""

from collections.abc import Sequence

import pandas as pd
from blake3 import blake3

from .errors import DataError
from .text import normalise


def shuffled(frame: pd.DataFrame, seed: int, name: str) -> pd.DataFrame:
    """The rows in the order of the BLAKE3 digest of (seed, name, normalised text).

    Hub and local copies of a source that order their rows differently give the same draw. Equal texts keep
    their order by uid.
    """
    texts = frame["problem"].map(normalise)
    ranks = [blake3(f"{seed}\n{name}\n{text}".encode()).hexdigest() for text in texts]
    order = pd.DataFrame({"rank": ranks, "uid": frame["uid"].to_list()}).sort_values(["rank", "uid"]).index
    return frame.iloc[order].reset_index(drop=True)


def in_drawn_order(place: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The texts in the order of the BLAKE3 digests of (place, text): it follows from the place alone."""
    return sorted(texts, key=lambda text: blake3("\n".join((*place, text)).encode()).digest())


def first(frame: pd.DataFrame, n: int | None, name: str) -> pd.DataFrame:
    """The first `n` rows (all when None). Raises DataError when there are fewer."""
    if n is None:
        return frame
    if n > len(frame):
        raise DataError(f"slice {name!r}: n is {n}, but only {len(frame)} problems are left; lower n")
    return frame.head(n)


def stratified(frame: pd.DataFrame, column: str, n: int | None, name: str) -> pd.DataFrame:
    """Equal counts of each value of `column`, taken in turn, so that every prefix is balanced too.

    When `n` does not divide evenly, the first values in sorted order give one more. With `n` None all rows
    stay, in turn. Rows without a value are left out. Raises DataError naming a value that has too few.
    """
    kept = frame[frame[column].notna()]
    values = sorted(kept[column].unique())
    if not values:
        raise DataError(f"slice {name!r}: no problem has a {column}; remove stratify: {column}")
    turn = kept.groupby(column, sort=False).cumcount()
    if n is not None:
        quota = {value: n // len(values) + (place < n % len(values)) for place, value in enumerate(values)}
        _enough(kept, column, quota, name)
        chosen = turn < kept[column].map(quota).astype(int)
        kept, turn = kept[chosen], turn[chosen]
    keys = pd.DataFrame({"turn": turn, "value": kept[column].map(values.index).astype(int)})
    return kept.loc[keys.sort_values(["turn", "value"]).index].reset_index(drop=True)


def _enough(frame: pd.DataFrame, column: str, quota: dict, name: str) -> None:
    have = frame[column].value_counts().to_dict()
    short = [
        f"{value!r} has {have[value]} of {wanted}" for value, wanted in quota.items() if have[value] < wanted
    ]
    if short:
        raise DataError(f"slice {name!r}: too few problems by {column}: {'; '.join(short)}; lower n")
