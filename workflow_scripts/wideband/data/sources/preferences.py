"""Preference pairs: a prompt, a completion that is preferred, and one that is not.

Read from a file, or generated: a grade-school problem, its worked answer, and a working with a mistake.
A side is a completion's text, or its working and its answer, which the arm's scaffold puts together.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ...config.sources import TASKS
from ..errors import DataError
from ..files import Row, read_rows
from ..problems import frame

NAME = "preferences"
SIDES = ("chosen", "rejected")
WANTED = "preference pairs (JSON lines with prompt, chosen, rejected and perhaps uid)"


def from_file(split: str, root: Path) -> pd.DataFrame:
    """The pairs of `<root>/preferences/<split>.jsonl`, in its order.

    Raises DataError naming file, line and uid for a pair with a missing or empty side, or with equal sides.
    """
    rows = read_rows(root / NAME / f"{split}.jsonl", WANTED)
    made = ((place, _pair(place, row, f"{NAME}_{split}_{at}")) for at, (place, row) in enumerate(rows))
    return frame(made, NAME, split, TASKS[NAME])


def _pair(place: str, row: Row, uid: str) -> Row:
    named = row.get("uid")
    uid = uid if named in (None, "") else str(named)
    for name in ("prompt", *SIDES):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise DataError(f"{place}: uid {uid!r} has no text as {name}; restore or remove the row")
    if row["chosen"].strip() == row["rejected"].strip():
        raise DataError(f"{place}: uid {uid!r} has equal sides, which teach nothing; remove the row")
    return {
        "uid": uid,
        "problem": row["prompt"].strip(),
        "gold": None,
        **{side: [row[side].strip()] for side in SIDES},
    }


def generated(split: str, n: int, seed: int) -> pd.DataFrame:
    """`n` pairs about generated problems of GSM8K's form; the working that is not preferred ends wrongly."""
    from ..generated import generate
    from ..generated.draws import Draws
    from ..generated.mistakes import spoil
    from ..generated.think_styles import body

    def rows() -> Iterator[tuple[str, Row]]:
        for problem in generate("gsm8k", split, n, seed):
            draws = Draws(seed, NAME, problem.uid)
            wrong = spoil(problem.steps, draws)
            yield (
                f"generated {NAME}",
                {
                    "uid": problem.uid.replace("gsm8k", NAME),
                    "problem": problem.problem,
                    "gold": None,
                    "level": problem.level,
                    "chosen": [body(problem.steps, draws), problem.gold],
                    "rejected": [body(wrong, draws), str(wrong[-1].value)],
                },
            )

    return frame(rows(), NAME, split, TASKS[NAME])
