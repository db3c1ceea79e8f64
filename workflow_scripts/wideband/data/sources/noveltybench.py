"""NoveltyBench's curated prompts, which have many good answers (Zhang et al., arXiv:2504.05228): 100."""

from ..files import Row
from .base import File, Source


def _parse(row: Row, index: int) -> Row:
    return {
        "uid": f"noveltybench_{row['id']}",
        "problem": row["prompt"],
        "gold": None,
        "subject": row["category"],
    }


WANTED = "NoveltyBench's curated prompts (JSON lines with id, category and prompt, from novelty-bench)"
SOURCE = Source(
    "noveltybench", files={"test": (File("noveltybench/curated.jsonl", WANTED, _parse),)}, hubs={}
)
