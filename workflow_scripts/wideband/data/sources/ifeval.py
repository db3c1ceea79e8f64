"""IFEval's prompts (Zhou et al., arXiv:2311.07911), but those that ask for a language: 510 of 541."""

from typing import Any

from ... import instructions
from ..files import Row
from .base import File, Source

LANGUAGE = "language:response_language"


def _without_language(row: Row) -> bool:
    """What tells languages is a model, and no rule."""
    return LANGUAGE not in row.get("instruction_id_list", ())


def _parse(row: Row, index: int) -> Row:
    named: list[str] = row["instruction_id_list"]
    arguments: list[dict[str, Any]] = row["kwargs"]
    return {
        "uid": f"ifeval_{row['key']}",
        "problem": row["prompt"],
        "gold": instructions.written(zip(named, arguments, strict=True)),
        "subject": named[0].partition(":")[0],
    }


WANTED = "IFEval's input_data.jsonl (key, prompt, instruction_id_list, kwargs)"
SOURCE = Source(
    "ifeval",
    files={"test": (File("tasks/ifeval/input_data.jsonl", WANTED, _parse, _without_language),)},
    hubs={},
)
