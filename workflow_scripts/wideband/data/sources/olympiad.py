"""The published olympiad pool: OlympiadBench 674, AMC 83, HMMT 60, AIME 60, each named as `source`.

On the hub the pool is put together from the datasets that the release took it from. Golds lose `$` signs
and AMC's decimals (see answers.py), which makes them text the grader can read; the release's file keeps both.
"""

from ..answers import without_dollars
from ..files import Row
from . import aime, amc, hmmt, olympiadbench
from .base import File, Hub, Parser, Source

AIME_2024 = "HuggingFaceH4/aime_2024", "2fe88a2f1091d5048c0f36abc874fb997b3dd99a"
AIME_2025 = "yentinglin/aime_2025", "6f71d77b0b89b9dabe07ab466c51df33f514df7f"
WANTED = "the olympiad pool of the multi-model release (its data/olympiad_pool/all.jsonl)"


def _parse_file(row: Row, index: int) -> Row:
    return {
        "uid": row["uid"],
        "source": row["source"],
        "problem": row["problem"],
        "gold": without_dollars(row["gold"]),
        "year": row["year"],
    }


def _pooled(contest: str, parse: Parser) -> Parser:
    """A contest's parser without what the pool lacks: OlympiadBench's subject and AMC's year."""

    def pooled(row: Row, index: int) -> Row:
        problem = parse(row, index)
        return {
            "uid": problem["uid"],
            "source": contest,
            "problem": problem["problem"],
            "gold": without_dollars(problem["gold"]),
            "year": problem.get("year") if contest in ("aime", "hmmt") else None,
        }

    return pooled


SOURCE = Source(
    "olympiad",
    files={"pool": (File("pool/olympiad_877.jsonl", WANTED, _parse_file),)},
    hubs={
        "pool": (
            Hub(hmmt.REPO_2024, None, "train", _pooled("hmmt", hmmt.parser(2024))),
            Hub(hmmt.REPO_2025, hmmt.REVISION_2025, "train", _pooled("hmmt", hmmt.parser(2025))),
            Hub(*AIME_2024, "train", _pooled("aime", aime.parser(2024))),
            Hub(*AIME_2025, "train", _pooled("aime", aime.parser(2025))),
            Hub(
                olympiadbench.REPO,
                olympiadbench.REVISION,
                "train",
                _pooled("olympiadbench", olympiadbench.parse),
                configs=(olympiadbench.CONFIG,),
            ),
            Hub(amc.REPO, amc.REVISION, "train", _pooled("amc", amc.parse)),
        )
    },
)
