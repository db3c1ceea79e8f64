"""A small set of questions of general knowledge, part of the package: each with one right answer of four."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ...config.data import Slice
from ...config.sources import TASKS
from ..draw import in_drawn_order
from ..problems import table
from .lettered import asked, letter

QUESTIONS = Path(__file__).with_name("knowledge.json")


def _lettered(question: str, options: Sequence[str], right: str) -> tuple[str, str]:
    return asked(question, options), letter(options.index(right))


def _cloze(question: str, options: Sequence[str], right: str) -> tuple[str, str]:
    return f"{question}\nReply with the answer and nothing else.", right


# What a source asks of a question, and its gold: a letter of shown options, or the text of one.
ASKED = {"knowledge": _lettered, "knowledge_cloze": _cloze}


def items(part: Slice, seed: int) -> pd.DataFrame:
    """The problems table: every question, its options in an order that follows from the seed."""
    rows = []
    for number, row in enumerate(json.loads(QUESTIONS.read_text(encoding="utf-8"))):
        question = row["question"]
        options = in_drawn_order((str(seed), "knowledge", question), [row["right"], *row["wrong"]])
        problem, gold = ASKED[part.source](question, options, row["right"])
        rows.append(
            {
                "uid": f"{part.source}_{number}",
                "source": part.source,
                "split": part.split,
                "task": TASKS[part.source],
                "problem": problem,
                "gold": gold,
                "subject": row["subject"],
                "answer_type": "option",
                "options": options,
            }
        )
    return table(rows)
