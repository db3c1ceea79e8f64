"""MATH-500, the 500 problems of MATH's test split that Lightman et al. (arXiv:2305.20050) held out."""

from ..files import Row
from .base import File, Hub, Source

# The file registered here is byte for byte the hub's test.jsonl at this commit (SHA-256 35dc4108…).
REPO, REVISION = "HuggingFaceH4/MATH-500", "6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be"
WANTED = (
    "MATH-500 (JSON lines with problem, answer, subject, level and unique_id, from HuggingFaceH4/MATH-500)"
)


def parse(row: Row, index: int) -> Row:
    """A row of MATH-500; its own unique_id is the uid."""
    return {
        "uid": row["unique_id"],
        "problem": row["problem"],
        "gold": row["answer"],
        "level": int(row["level"]),
        "subject": row["subject"],
    }


SOURCE = Source(
    "math500",
    files={"test": (File("math/math500.jsonl", WANTED, parse),)},
    hubs={"test": (Hub(REPO, REVISION, "test", parse),)},
)
