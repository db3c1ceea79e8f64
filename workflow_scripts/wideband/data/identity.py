"""When two rows are the same problem: the same normalised text, the same uid, or the same law to draw from.

Uids count too because sources share them for the same contest problem (see sources/aime.py): 18 of 60 AIME
problems stand in the published pool in another wording. A problem without a text (imported) has its uid only.
Laws count because families overlap: Chi(2) is Rayleigh(1), and a list of words with masses is one as well.
"""

from collections import defaultdict

import numpy as np
import pandas as pd

from ..lists import listed
from ..spaces.distribution import signature
from .text import normalise

# Of quantiles and of the mass up to them, relative and absolute: families compute one law in several ways.
SAME = 1e-7


def same_as_any(problems: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """For each row of `problems` whether `others` holds the same problem: a boolean series on its index."""
    known = problems["problem"].notna()
    texts = set(others["problem"].dropna().map(normalise))
    same = problems["problem"].fillna("").map(normalise).isin(texts) & known
    return same | problems["uid"].isin(others["uid"]) | _same_law(problems, others)


def states_law(problems: pd.DataFrame) -> pd.Series:
    """Which items ask to draw from a law of their own; of options without masses all are as likely."""
    told = [problems[column].notna() for column in ("distribution", "masses") if column in problems]
    return pd.concat(told, axis=1).any(axis=1) if told else pd.Series(False, index=problems.index)


def _same_law(problems: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    signatures, known = _signatures(problems), _signatures(others)
    found = pd.Series(False, index=problems.index)
    for row, own in signatures.items():
        found[row] = any(np.allclose(own, other, SAME, SAME) for other in known.values())
    masses = _masses(others)
    for options, rows in _masses(problems).items():
        for row, own in rows.items():
            same = (np.allclose(own, other, SAME, SAME) for other in masses[options].values())
            found[row] = found[row] or any(same)
    return found


def _signatures(problems: pd.DataFrame) -> dict[int, np.ndarray]:
    """What tells the laws of items apart, by the index of those that ask to draw from one."""
    if "distribution" not in problems:
        return {}
    return {row: signature(text) for row, text in problems["distribution"].dropna().items()}


def _masses(problems: pd.DataFrame) -> dict[tuple[str, ...], dict[int, np.ndarray]]:
    """The masses of items that have any, by their options in alphabetical order and by index."""
    found: dict[tuple[str, ...], dict[int, np.ndarray]] = defaultdict(dict)
    for row, masses in (problems["masses"].dropna() if "masses" in problems else pd.Series()).items():
        options = np.array(listed(problems["options"][row]))
        order = np.argsort(options)
        found[tuple(options[order])][row] = np.array(listed(masses))[order]
    return found
