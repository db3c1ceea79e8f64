"""GSM8K, grade-school word problems (Cobbe et al., arXiv:2110.14168): train 7473, test 1319."""

from ..answers import after_hashes
from ..files import Row
from .base import File, Hub, Parser, Source

REPO, REVISION = "openai/gsm8k", "740312add88f781978c0658806c59bc2815b9866"


def _parser(split: str) -> Parser:
    def parse(row: Row, index: int) -> Row:
        return {
            "uid": f"gsm8k_{split}_{index}",
            "problem": row["question"],
            "gold": after_hashes(row["answer"]),
            "solutions": [row["answer"].rpartition("####")[0].strip()],
        }

    return parse


def _file(split: str) -> File:
    wanted = f"GSM8K's {split} split (JSON lines with question and answer, from openai/grade-school-math)"
    return File(f"gsm8k/{split}.jsonl", wanted, _parser(split))


SOURCE = Source(
    "gsm8k",
    files={split: (_file(split),) for split in ("train", "test")},
    hubs={
        split: (Hub(REPO, REVISION, split, _parser(split), configs=("main",)),) for split in ("train", "test")
    },
)
