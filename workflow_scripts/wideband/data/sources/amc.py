"""AMC 12 of 2022 and 2023: the 83 problems with integer answers of AI-MO/aimo-validation-amc."""

import re

from ..answers import plain_number
from ..files import Row
from .base import File, Hub, Source

REPO, REVISION = "AI-MO/aimo-validation-amc", "69d78a4a2c840e82d69af6bc742bda09005f6316"
WANTED = "AMC 2022-23 (a JSON array of objects with problem, answer and url)"
_YEAR = re.compile(r"(20\d\d)_AMC")


def parse(row: Row, index: int) -> Row:
    """A row; the year stands in its url, and the uid counts rows as the published pool does."""
    year = _YEAR.search(row["url"])
    if year is None:
        raise ValueError(f"url {row['url']!r} names no AMC year")
    return {
        "uid": f"amc__{index}",
        "problem": row["problem"],
        "gold": plain_number(row["answer"]),
        "year": int(year.group(1)),
    }


SOURCE = Source(
    "amc",
    files={"test": (File("amc/amc22-23.json", WANTED, parse),)},
    hubs={"test": (Hub(REPO, REVISION, "train", parse),)},
)
