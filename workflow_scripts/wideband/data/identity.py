"""When two rows are the same problem: the same normalised text, or the same uid.

Uids count too because sources share them for the same contest problem (see sources/aime.py): 18 of 60 AIME
problems stand in the published pool in another wording. A problem without a text (imported) has its uid only.
"""

import pandas as pd

from .text import normalise


def same_as_any(problems: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """For each row of `problems` whether `others` holds the same problem: a boolean series on its index."""
    known = problems["problem"].notna()
    texts = set(others["problem"].dropna().map(normalise))
    same = problems["problem"].fillna("").map(normalise).isin(texts) & known
    return same | problems["uid"].isin(others["uid"])


def repeated(problems: pd.DataFrame) -> list[tuple[str, ...]]:
    """The groups of uids within one table that share a normalised text."""
    groups = problems.groupby(problems["problem"].map(normalise), sort=False)["uid"]
    return [tuple(uids) for _, uids in groups if len(uids) > 1]
