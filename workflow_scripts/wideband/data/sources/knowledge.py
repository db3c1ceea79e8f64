"""A small set of questions of general knowledge, part of the package: each with one right answer of four."""

import json
from pathlib import Path

import pandas as pd

from ...config.data import Slice
from ..draw import in_drawn_order
from ..problems import table
from .lettered import asked, letter

NAME = "knowledge"
QUESTIONS = Path(__file__).with_name("knowledge.json")


def items(part: Slice, seed: int) -> pd.DataFrame:
    """The problems table: every question, its options in an order that follows from the seed."""
    rows = []
    for number, row in enumerate(json.loads(QUESTIONS.read_text(encoding="utf-8"))):
        question = row["question"]
        options = in_drawn_order((str(seed), NAME, question), [row["right"], *row["wrong"]])
        rows.append(
            {
                "uid": f"{NAME}_{number}",
                "source": NAME,
                "split": part.split,
                "task": "multiple_choice",
                "problem": asked(question, options),
                "gold": letter(options.index(row["right"])),
                "subject": row["subject"],
                "answer_type": "option",
                "options": options,
            }
        )
    return table(rows)
