"""Verdicts against math-verify alone, on the real golds with answers as models write them; cold and warm."""

import logging
import os
import random
from pathlib import Path

import pandas as pd
from harness import ROOT, compare, title, write

from wideband.config.data import Data
from wideband.data import sources
from wideband.grading import Grader
from wideband.grading.judge import judge, read
from wideband.grading.normalise import normalise
from wideband.grading.reading import reading

DATA = Path(os.environ.get("WIDEBAND_DATA", ROOT / "../shared/data")).resolve()
MIX = {
    ("gsm8k", "test"): 60,
    ("math", "test"): 60,
    ("olympiadbench", "test"): 30,
    ("aime", "test"): 10,
    ("hmmt", "test"): 10,
    ("amc", "test"): 10,
}
SAMPLES = 16
JUNK = ("I do not know", "none of these", "see above", "the answer", "\\frac{", "$$", "x")

Pair = tuple[str, str]


def answers(gold: str, others: list[str], draw: random.Random) -> list[str]:
    """Sixteen final answers to one problem: half right in several spellings, wrong ones, junk."""
    spellings = [gold, f"${gold}$", f"\\boxed{{{gold}}}", gold.replace("frac", "dfrac"), f" {gold}."]
    right = [draw.choice(spellings) for _ in range(SAMPLES // 2)]
    wrong = [draw.choice(others) for _ in range(4)] + [str(draw.randint(1, 99)) for _ in range(3)]
    return right + wrong + [draw.choice(JUNK)]


def mix() -> list[Pair]:
    """Pairs of answer and gold."""
    draw, pairs = random.Random(5), []
    data = Data(origin="local", root=str(DATA), slices={})
    for (source, split), count in MIX.items():
        problems: pd.DataFrame = sources.load(source, split, data)
        golds = list(problems["gold"])
        for gold in draw.sample(golds, count):
            near = draw.sample(golds, 3)
            pairs += [(answer, gold) for answer in answers(gold, near, draw)]
    return pairs


def math_verify_alone(pairs: list[Pair]) -> list[bool]:
    """What math-verify says of each pair as it comes, read and compared in this process.

    The texts are normalised and the settings ours, so that both sides answer the same question.
    """
    return [_one(normalise(answer), normalise(gold)) for answer, gold in pairs]


def _one(answer: str, gold: str) -> bool:
    read.cache_clear()
    return bool(answer) and judge(answer, gold)[1]


def same(ours: list[bool | None], theirs: list[bool]) -> None:
    """Raise when a single verdict differs."""
    different = [index for index, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a is not b]
    if different:
        raise AssertionError(f"{len(different)} verdicts differ, the first at pair {different[0]}")


def main() -> None:
    """Print and write the table."""
    pairs = mix()
    logging.disable(logging.WARNING)
    title(f"verdicts of {len(pairs)} pairs, {len(set(pairs))} distinct, against math-verify alone")
    with Grader(workers=os.cpu_count() or 2) as warm:
        warm.grade([("\\sqrt{2}+x", "x+\\sqrt 2")])  # starts a worker: 1-2 s that a job pays once

        def cold() -> list[bool | None]:
            warm._known.clear()
            normalise.cache_clear()
            reading.cache_clear()
            return [each.correct for each in warm.grade(pairs)]

        def known() -> list[bool | None]:
            return [each.correct for each in warm.grade(pairs)]

        rows = [
            compare("cold: nothing graded before", cold, lambda: math_verify_alone(pairs), same, 3),
            compare("warm: all graded before", known, lambda: math_verify_alone(pairs), same, 3),
        ]
    write("verdicts", rows)


if __name__ == "__main__":
    main()
