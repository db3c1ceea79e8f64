"""Prompts without a right answer, of ten kinds, part of the package."""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from ...config.data import Slice
from ...config.sources import TASKS
from ..problems import table

PROMPTS = Path(__file__).with_name("prompts.json")


def kinds() -> list[str]:
    """The kinds of prompts that there are."""
    return list(dict.fromkeys(row["kind"] for row in _written()))


def items(part: Slice) -> pd.DataFrame:
    """The problems table: every prompt, or those of the kinds that the slice names.

    The uid is `<source>_<kind>_<number>`; subject and space are the kind.
    """
    wanted, numbers = part.kinds or kinds(), dict.fromkeys(kinds(), 0)
    rows = []
    for row in _written():
        numbers[row["kind"]] += 1
        if row["kind"] in wanted:
            rows.append(_item(part, row["kind"], numbers[row["kind"]], row["prompt"]))
    return table(rows)


def _item(part: Slice, kind: str, number: int, prompt: str) -> dict[str, str]:
    return {
        "uid": f"{part.source}_{kind}_{number}",
        "source": part.source,
        "split": part.split,
        "task": TASKS[part.source],
        "problem": prompt,
        "subject": kind,
        "answer_type": "text",
        "space": kind,
    }


@cache
def _written() -> list[dict[str, str]]:
    return json.loads(PROMPTS.read_text(encoding="utf-8"))
