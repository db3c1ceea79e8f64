"""Instructions with an answer that a person wrote (Wang et al., arXiv:2212.10560).

To train: their 175 seed tasks. To test: their 252 instructions of users of well-known applications.
"""

from ..files import Row
from .base import File, Parser, Source


def _parser(split: str) -> Parser:
    def parse(row: Row, index: int) -> Row:
        (instance,) = row["instances"]
        return {
            "uid": f"self_instruct_{split}_{index}",
            "problem": "\n\n".join(filter(None, (row["instruction"].strip(), instance["input"].strip()))),
            "gold": None,
            "solutions": [instance["output"].strip()],
        }

    return parse


def _file(split: str, name: str) -> File:
    wanted = f"{name} (JSON lines with instruction and instances, from yizhongw/self-instruct)"
    return File(f"tasks/self_instruct/{name}", wanted, _parser(split))


SOURCE = Source(
    "self_instruct",
    files={
        "train": (_file("train", "seed_tasks.jsonl"),),
        "test": (_file("test", "user_oriented_instructions.jsonl"),),
    },
    hubs={},
)
