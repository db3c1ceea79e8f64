"""MATH, competition problems by subject and level (Hendrycks et al., arXiv:2103.03874): 7500 + 5000.

The hub's copy has one configuration a subject; in alphabetical order they are the order of the files, so
`math_train_<idx>` counts the same problems in both. Two training problems have "Level ?" and so no level,
and two others an empty box for their answer, which is 0 by the solution's own words and is filled in here.
"""

from ..answers import last_boxed
from ..files import Row
from .base import File, Hub, Parser, Source

REPO, REVISION = "EleutherAI/hendrycks_math", "21a5633873b6a120296cce3e2df9d5550074f4a3"
SUBJECTS = (
    "algebra",
    "counting_and_probability",
    "geometry",
    "intermediate_algebra",
    "number_theory",
    "prealgebra",
    "precalculus",
)
# The answers that two solutions leave out of their box, by how the problems begin.
EMPTY_BOXES = {
    "For any integer $n>1$, the number of prime numbers greater than $n!+1$ and less than $n!+n$ is": "0",
    "You are given a sequence of $58$ terms; each term has the form $P+n$ where $P$ stands for": "0",
}


def level(text: str) -> int | None:
    """ "Level 3" as 3; "Level ?" as None. Raises ValueError for anything else."""
    name, _, value = text.partition(" ")
    if name != "Level" or not (value.isdigit() or value == "?"):
        raise ValueError(f"level {text!r} is not of the form 'Level 3'")
    return int(value) if value.isdigit() else None


def gold(problem: str, solution: str) -> str:
    """The boxed answer of a solution, or the known one of the two empty boxes; "" where there is none."""
    known = (answer for start, answer in EMPTY_BOXES.items() if problem.startswith(start))
    return last_boxed(solution) or next(known, "")


def _parser(split: str) -> Parser:
    def parse(row: Row, index: int) -> Row:
        return {
            "uid": f"math_{split}_{row.get('idx', index)}",
            "problem": row["problem"],
            "gold": gold(row["problem"], row["solution"]),
            "solutions": [row["solution"].strip()],
            "level": level(row["level"]),
            "subject": row["type"],
        }

    return parse


def _file(split: str) -> File:
    wanted = f"MATH's {split} split (JSON lines with problem, level, type, solution and idx)"
    return File(f"math/{split}.jsonl", wanted, _parser(split))


SOURCE = Source(
    "math",
    files={split: (_file(split),) for split in ("train", "test")},
    hubs={
        split: (Hub(REPO, REVISION, split, _parser(split), configs=SUBJECTS),) for split in ("train", "test")
    },
)
