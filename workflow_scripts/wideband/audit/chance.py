"""The probability that L5's random sample contains a forged answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

# How many forged answers of one table chances are told for.
FORGED = (1, 8)


@dataclass(frozen=True)
class Sampled:
    """A table of which some rows were made again.

    Attributes:
        file: relative to the study's results folder.
        rows, correct: all of the table, and those among them that are right.
        again, correct_again: how many of each were made again.
    """

    file: str
    rows: int
    correct: int
    again: int
    correct_again: int

    def chance(self, forged: int) -> float:
        """The probability that the sample holds one of `forged` right rows (of all, where there are fewer).

        Rows are drawn without replacement: 1 - C(correct - forged, again) / C(correct, again). Zero in a
        table without any, whose forged rows would be right ones.
        """
        if not self.correct:
            return 0.0
        left = max(0, self.correct - forged)
        return 1 - comb(left, self.correct_again) / comb(self.correct, self.correct_again)


def to_json(tables: Sequence[Sampled], seed: str) -> dict[str, Any]:
    """The seed of the choice, and for every table the sample and its chances by the number forged."""
    rows = [
        asdict(table) | {"chance": {str(forged): round(table.chance(forged), 4) for forged in FORGED}}
        for table in tables
    ]
    return {"seed": seed, "tables": rows}


def words(tables: Sequence[Sampled], seed: str) -> str:
    """The same in a line for people."""
    names = ("again", "rows", "correct_again", "correct")
    again, rows, right_again, right = (sum(getattr(table, name) for table in tables) for name in names)
    correct = f"{right_again} of {right} correct ones"
    sampled = f"L5 sampled {again} of {rows} rollouts again, among them {correct} (--seed {seed})"
    chances = [[table.chance(forged) for table in tables if table.correct] for forged in FORGED]
    likely = [
        f"{forged} forged: {min(found):.0%} to {max(found):.0%}"
        for forged, found in zip(FORGED, chances, strict=True)
        if found
    ]
    chance_text = "; chance to find one of the forged answers of a table, "
    return sampled + (chance_text + ", ".join(likely) if likely else "")
