"""OlympiadBench, open-ended English mathematics without figures (He et al., arXiv:2402.14008).

The file has 675 problems and the hub's configuration, like the published pool, 674: the hub dropped problem
1965 (an answer with conditions, not gradable) and wrote the value of T into the text of 15 relay problems
that say "Let T=TNYWR" in the file. So the two never have one digest; the registered one is the file's. The
uid counts problems as the hub and the pool do: those 15 are the pool's problems in spite of their text.
"""

from ..answers import without_dollars
from ..files import Row
from .base import File, Hub, Source

REPO, REVISION = "Hothan/OlympiadBench", "91184b52131e7fc9455fef848035173aea8cc01a"
CONFIG = "OE_TO_maths_en_COMP"
DROPPED = 1965
WANTED = "OlympiadBench's OE_TO_maths_en_COMP (JSON lines with id, question, final_answer, subfield)"


def gold(row: Row) -> str:
    """The answers of a row, joined by commas. Raises ValueError when there is none."""
    if not row["final_answer"]:
        raise ValueError(f"problem {row.get('id')} has no final_answer")
    return without_dollars(", ".join(row["final_answer"]))


def uid(index: int) -> str:
    """The pool's uid of the hub's row `index`."""
    return f"olympiadbench_{CONFIG}__{index}"


def parse(row: Row, index: int) -> Row:
    """A row of the hub, in whose order rows are counted."""
    return {"uid": uid(index), "problem": row["question"], "gold": gold(row), "subject": row["subfield"]}


def _parse_file(row: Row, index: int) -> Row:
    number = int(row["id"])
    place = uid(index - (number > DROPPED)) if number != DROPPED else f"olympiadbench_{DROPPED}"
    return {**parse(row, index), "uid": place}


SOURCE = Source(
    "olympiadbench",
    files={"test": (File("olympiadbench/test.jsonl", WANTED, _parse_file),)},
    hubs={"test": (Hub(REPO, REVISION, "train", parse, configs=(CONFIG,)),)},
)
