"""What people ask for, without a right answer: Alpaca, WritingPrompts, PRISM, WildBench; from the hub alone.

WritingPrompts: arXiv:1805.04833. PRISM's opening prompts: arXiv:2404.16019, of its balanced subset, without
greetings and without those that are in part in another script. WildBench's first turns: arXiv:2406.04770.
No commit of these repositories was known where this was written: name those that you read under
data.revisions.
"""

from ..files import Row
from .base import Hub, Source

GREETINGS = frozenset({"hello", "hi", "hey", "hola"})
# A prompt with more characters than this outside of ASCII is taken for one in another language.
FOREIGN = 0.2


def _alpaca(row: Row, index: int) -> Row:
    text = "\n\n".join(filter(None, (row["instruction"], row["input"])))
    return {"uid": f"alpaca_{index}", "problem": text, "gold": None}


def _story(row: Row, index: int) -> Row:
    return {"uid": f"writingprompts_{index}", "problem": row["prompt"], "gold": None}


def _opening(row: Row, index: int) -> Row:
    subject = row["conversation_type"]
    return {"uid": f"prism_{index}", "problem": row["opening_prompt"], "gold": None, "subject": subject}


def _says_something(row: Row) -> bool:
    text = (row["opening_prompt"] or "").strip()
    foreign = sum(not character.isascii() for character in text)
    greets = text.lower().rstrip(".!?,") in GREETINGS
    return bool(row["included_in_balanced_subset"] and text and not greets and foreign <= FOREIGN * len(text))


def _first_turn(row: Row, index: int) -> Row:
    request = row["conversation_input"][0]["content"]
    return {"uid": f"wildbench_{index}", "problem": request, "gold": None, "subject": row["primary_tag"]}


def _source(name: str, part: Hub) -> Source:
    return Source(name, files={}, hubs={"test": (part,)})


SOURCES = (
    _source("alpaca", Hub("tatsu-lab/alpaca", None, "train", _alpaca)),
    _source("writingprompts", Hub("euclaise/writingprompts", None, "test", _story)),
    _source(
        "prism",
        Hub("HannahRoseKirk/prism-alignment", None, "train", _opening, ("conversations",), _says_something),
    ),
    _source("wildbench", Hub("allenai/WildBench", None, "test", _first_turn, ("v2",))),
)
