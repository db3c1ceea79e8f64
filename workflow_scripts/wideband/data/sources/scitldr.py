"""Abstracts of papers and people's summaries of them (Cachola et al., arXiv:2004.15011).

The 618 papers of its test split, each with two to four summaries of about a sentence.
"""

from ..files import Row
from .base import File, Source
from .summaries import END


def _parse(row: Row, index: int) -> Row:
    abstract = " ".join(" ".join(row["source"]).split())
    return {
        "uid": f"scitldr_{index}",
        "problem": f"ABSTRACT: {abstract}{END}",
        "gold": None,
        "solutions": [" ".join(text.split()) for text in row["target"]],
    }


WANTED = "SciTLDR-A's test.jsonl (source and target, from allenai/scitldr)"
SOURCE = Source("scitldr", files={"test": (File("tasks/scitldr/test.jsonl", WANTED, _parse),)}, hubs={})
