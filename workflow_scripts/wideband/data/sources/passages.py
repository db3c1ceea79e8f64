"""A small set of passages of several kinds, part of the package: retention by perplexity."""

import json
from pathlib import Path

import pandas as pd

from ...config.data import Slice
from ..problems import table

NAME = "passages"
PASSAGES = Path(__file__).with_name("passages.json")


def items(part: Slice) -> pd.DataFrame:
    """The problems table: every passage, which is its item's one option."""
    rows = json.loads(PASSAGES.read_text(encoding="utf-8"))
    return table(
        [
            {
                "uid": f"{NAME}_{number}",
                "source": NAME,
                "split": part.split,
                "task": "text",
                "problem": row["text"],
                "subject": row["subject"],
                "answer_type": "text",
                "options": [row["text"]],
            }
            for number, row in enumerate(rows)
        ]
    )
