"""What a judge said of pairs of answers, read, and put together prompt by prompt."""

import re

import numpy as np
import pandas as pd

from .judge_names import FIRST, TIE, UNREADABLE, WIN

# A letter before another word ("a close call", "A and B") names no answer, unless it "is" or "wins".
SAID = re.compile(
    r"verdict\W{0,6}\b(?:a\s+)?(tie\b|[ab]\b(?![^\S\n]*(?!(?:is|wins)\b)[\w/&+]))", re.IGNORECASE
)
A, B, TIED, NONE = "a", "b", "tie", ""


def read(text: str | None) -> str:
    """`a`, `b` or `tie`: the last verdict of a judge's answer; empty where there is none to read."""
    found = SAID.findall(text or "")
    return found[-1].lower() if found else NONE


def by_prompt(judgements: pd.DataFrame, what: str) -> pd.Series:
    """One value of each prompt that has any, by uid, in their order.

    The win rate counts a tie as half a win, and like the share of ties rests on answers with a verdict; the
    share shown first on decided ones; the unreadable share on all of them.
    """
    verdicts = judgements["said"].map(read).to_numpy(dtype=object)
    shown_first = (judgements["place"] == 0).to_numpy()
    decided, read_at_all = (verdicts == A) | (verdicts == B), verdicts != NONE
    won = np.where(verdicts == TIED, 0.5, ((verdicts == A) == shown_first).astype(float))
    value, kept = {
        WIN: (won, read_at_all),
        TIE: ((verdicts == TIED).astype(float), read_at_all),
        UNREADABLE: ((verdicts == NONE).astype(float), np.ones(len(verdicts), dtype=bool)),
        FIRST: ((verdicts == A).astype(float), decided),
    }[what]
    rows = pd.DataFrame({"uid": judgements["uid"].to_numpy(dtype=object), "value": value})[kept]
    return rows.groupby("uid", sort=True)["value"].mean()


def differences(first: pd.DataFrame, second: pd.DataFrame, what: str) -> np.ndarray:
    """First − second of each prompt that has a value in both."""
    one, other = by_prompt(first, what).align(by_prompt(second, what), join="inner")
    return (one - other).to_numpy()
