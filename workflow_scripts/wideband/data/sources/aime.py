"""AIME I and II of 2024 and 2025, thirty problems a year.

The uid `aime_<year>__<i>` counts in the order of the published pool, so that a problem is the same problem
in both even where its text is not: the pool's texts of 2025 are another transcription.
"""

from ..answers import plain_number
from ..files import Row
from .base import File, Hub, Parser, Source

# Rows of AI-MO/aimo-validation-aime are of 2022 to 2024, in the file's order.
REPO_2024, REVISION_2024 = "AI-MO/aimo-validation-aime", "13f9e12f613e720c2a2b2f345dd04b998a29494d"
REPO_2025, REVISION_2025 = "math-ai/aime25", "563bb8404243c5f09de6ec262f2db674fe5bce9b"


def parser(year: int) -> Parser:
    """Rows of one year, from any of the files and datasets: the problem stands in `problem` or `question`."""

    def parse(row: Row, index: int) -> Row:
        return {
            "uid": f"aime_{year}__{index}",
            "problem": row["problem"] if "problem" in row else row["question"],
            "gold": plain_number(row["answer"]),
            "year": year,
        }

    return parse


def _of_2024(row: Row) -> bool:
    return "2024_AIME" in row["url"]


def _file(year: int) -> File:
    wanted = f"AIME {year} (JSON lines with id, problem or question, answer)"
    return File(f"aime/{year}.jsonl", wanted, parser(year))


SOURCE = Source(
    "aime",
    files={"test": (_file(2024), _file(2025))},
    hubs={
        "test": (
            Hub(REPO_2024, REVISION_2024, "train", parser(2024), keep=_of_2024),
            Hub(REPO_2025, REVISION_2025, "test", parser(2025)),
        )
    },
)
