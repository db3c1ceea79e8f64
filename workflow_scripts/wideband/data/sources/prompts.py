"""A small set of prompts without a right answer, part of the package."""

import json
from pathlib import Path

import pandas as pd

from ...config.data import Slice
from ..problems import table

NAME = "prompts"
PROMPTS = Path(__file__).with_name("prompts.json")


def items(part: Slice) -> pd.DataFrame:
    """The problems table: every prompt."""
    rows = json.loads(PROMPTS.read_text(encoding="utf-8"))
    return table(
        [
            {
                "uid": f"{NAME}_{number}",
                "source": NAME,
                "split": part.split,
                "task": "open",
                "problem": row["prompt"],
                "subject": row["subject"],
                "answer_type": "text",
            }
            for number, row in enumerate(rows)
        ]
    )
