"""HMMT February 2024 and 2025 (Harvard-MIT Mathematics Tournament), thirty problems a year.

The uid `hmmt_feb_<year>__<i>` counts from 0 as the published pool does. There is no file of 2024 beside the
pool, so local problems of that year are read out of the pool.
"""

from ..answers import without_dollars
from ..files import Row
from .base import File, Hub, Parser, Source

REPO_2024 = "MathArena/hmmt_feb_2024"  # no full commit of it is on public record
REPO_2025, REVISION_2025 = "MathArena/hmmt_feb_2025", "6fdc4277120810ff75aa22d2d5489b91f7a262a1"
POOL = "pool/olympiad_877.jsonl"


def parser(year: int) -> Parser:
    """Rows of one year, from a file or from MathArena."""

    def parse(row: Row, index: int) -> Row:
        return {
            "uid": f"hmmt_feb_{year}__{index}",
            "problem": row["problem"] if "problem" in row else row["question"],
            "gold": without_dollars(str(row["answer"])),
            "year": year,
        }

    return parse


def _from_pool(row: Row, index: int) -> Row:
    return {
        "uid": row["uid"],
        "problem": row["problem"],
        "gold": without_dollars(row["gold"]),
        "year": row["year"],
    }


def _of_2024(row: Row) -> bool:
    return row.get("source") == "hmmt" and row.get("year") == 2024


SOURCE = Source(
    "hmmt",
    files={
        "test": (
            File(POOL, "the olympiad pool of the multi-model release (all.jsonl)", _from_pool, _of_2024),
            File(
                "hmmt/feb_2025.jsonl",
                "HMMT February 2025 (JSON lines with id, question, answer)",
                parser(2025),
            ),
        )
    },
    hubs={
        "test": (
            Hub(REPO_2024, None, "train", parser(2024)),
            Hub(REPO_2025, REVISION_2025, "train", parser(2025)),
        )
    },
)
