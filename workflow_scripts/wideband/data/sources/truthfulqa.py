"""TruthfulQA's questions, which invite common falsehoods (Lin et al., arXiv:2109.07958): 817."""

from ..files import Row
from .base import File, Source


def _parse(row: Row, index: int) -> Row:
    return {
        "uid": f"truthfulqa_{index}",
        "problem": row["Question"],
        "gold": None,
        "subject": row["Category"],
    }


WANTED = "TruthfulQA.csv (columns Category and Question among others, from sylinrl/TruthfulQA)"
SOURCE = Source(
    "truthfulqa", files={"test": (File("tasks/truthfulqa/TruthfulQA.csv", WANTED, _parse),)}, hubs={}
)
