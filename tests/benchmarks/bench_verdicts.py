"""Verdicts against math-verify alone, on the real golds with answers as models write them; cold and warm."""

import logging
import os
import random
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
from harness import ROOT, compare, needs, title, write

from wideband.config.data import Data
from wideband.data import sources
from wideband.grading import Grader
from wideband.grading.exact import exact
from wideband.grading.judge import judge, read
from wideband.grading.normalise import normalise, readings
from wideband.grading.reading import reading, unparsed

DATA = Path(os.environ.get("WIDEBAND_DATA", ROOT / "../shared/data")).resolve()
MIX = {
    ("gsm8k", "test"): 60,
    ("math", "test"): 60,
    ("olympiadbench", "test"): 30,
    ("aime", "test"): 10,
    ("hmmt", "test"): 10,
    ("amc", "test"): 10,
}
# What a job has graded before: problems of the train splits, of which no test split holds any.
TRAIN = {("gsm8k", "train"): 90, ("math", "train"): 90}
SAMPLES = 16
DRAWS, REPEATS = (5, 11, 12, 13), 3
JUNK = ("I do not know", "none of these", "see above", "the answer", "\\frac{", "$$", "x")

Pair = tuple[str, str]


def answers(gold: str, others: list[str], draw: random.Random) -> list[str]:
    """Sixteen final answers to one problem: half right in several spellings, wrong ones, junk."""
    spellings = [gold, f"${gold}$", f"\\boxed{{{gold}}}", gold.replace("\\frac", "\\dfrac"), f" {gold}."]
    right = [draw.choice(spellings) for _ in range(SAMPLES // 2)]
    wrong = [draw.choice(others) for _ in range(4)] + [str(draw.randint(1, 99)) for _ in range(3)]
    return right + wrong + [draw.choice(JUNK)]


def mix(seed: int, counts: dict[tuple[str, str], int] = MIX) -> list[Pair]:
    """Pairs of answer and gold; how many of them math-verify must see depends on the draw."""
    draw, pairs = random.Random(seed), []
    data = Data(origin="local", root=str(DATA), slices={})
    for (source, split), count in counts.items():
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


def started(before: list[Pair]) -> Grader:
    """A grader whose worker has all libraries (1-2 s that a job pays once) and that has graded `before`."""
    grader = Grader(workers=1)
    # Past the fast path, so that the worker starts, and meets what the baseline meets.
    met = dict.fromkeys((normalise(answer), normalise(gold)) for answer, gold in before)
    grader._pool.run([("\\log x", "\\sin x"), *met])
    return grader


def first(seed: int) -> dict[str, float | str]:
    """Verdicts of a draw by fresh graders and workers, against a process that has graded it before."""
    return cold("first: fresh worker", seed, [])


def steady(seed: int) -> dict[str, float | str]:
    """Verdicts in the midst of a job: worker and baseline have graded training problems, nothing of this."""
    before = mix(seed, TRAIN)
    math_verify_alone(before)
    return cold("steady: worker has graded others", seed, before)


def cold(state: str, seed: int, before: list[Pair]) -> dict[str, float | str]:
    """Verdicts of a draw by graders that have seen nothing of it; each is used once."""
    pairs = mix(seed)
    with ExitStack() as stack:
        graders = [stack.enter_context(started(before)) for _ in range(REPEATS + 1)]

        def grade() -> list[bool | None]:
            readings.cache_clear()
            exact.cache_clear()
            reading.cache_clear()
            unparsed.cache_clear()
            return [each.correct for each in graders.pop().grade(pairs)]

        return compare(f"{state}, draw {seed}", grade, lambda: math_verify_alone(pairs), same, REPEATS)


def warm(seed: int) -> dict[str, float | str]:
    """Verdicts of a draw that the grader has graded before."""
    pairs = mix(seed)
    with started([]) as grader:
        return compare(
            f"warm: all graded before, draw {seed}",
            lambda: [each.correct for each in grader.grade(pairs)],
            lambda: math_verify_alone(pairs),
            same,
            REPEATS,
        )


def main() -> None:
    """Print and write the table."""
    for source, _ in MIX:
        needs(DATA / source, "set WIDEBAND_DATA to a folder of benchmark files as README lists them")
    logging.disable(logging.WARNING)
    title(f"verdicts of {len(mix(DRAWS[0]))} pairs, against math-verify alone")
    write("verdicts", [*map(first, DRAWS), *map(steady, DRAWS), warm(DRAWS[0])])


if __name__ == "__main__":
    main()
