"""Words for arms, checkpoints, benchmarks and metrics, in headings and legends."""

import re
from dataclasses import dataclass

from ..config import Study
from ..numbers.plan import joined

# Sources that are generated in the shape of a published benchmark where no files of it are read.
SHAPED = ("gsm8k", "math", "olympiad")
RANGE = re.compile(r"_(\d+)_(\d+)$")


def benchmark_title(study: Study, name: str) -> str:
    """A benchmark's title in the report, which says of generated problems that they are."""
    title = plain_title(study, name)
    return f"{title} (synthetic)" if synthetic(study, name) else title


def plain_title(study: Study, name: str) -> str:
    """A benchmark's title in the study file, and of trained items that they are."""
    title, seen = study.benchmarks[name].title or spaced(name), study.benchmarks[name].seen
    return f"{title} (seen in training)" if seen else title


def synthetic(study: Study, name: str) -> bool:
    """Whether a benchmark is named after one that its problems are generated in the shape of."""
    drawn = study.band.pool if name == study.band.heldout.slice else name
    part = study.data.slices.get(drawn)
    return study.data.origin == "generated" and part is not None and part.source in SHAPED


def arm_title(study: Study, arm: str) -> str:
    """An arm's title in the study file, or its key as words; of one run of several with its seed."""
    body = study.arms.get(arm)
    if body is None or not body.title:
        return spaced(arm)
    return f"{body.title}, seed {body.run.seed}" if body.run else body.title


def stage_title(study: Study, stage: str) -> str:
    """A stage's title in the study file, or its key as words."""
    return study.stages[stage].title or spaced(stage) if stage in study.stages else spaced(stage)


def checkpoint_title(study: Study, checkpoint: str) -> str:
    """A checkpoint is called by its stage; inside one, by the step as well."""
    stage, at, step = checkpoint.partition("@")
    return f"{stage_title(study, stage)}{at}{step}"


def spaced(name: str) -> str:
    """A key as words: `math_continuation` is `math continuation`."""
    return name.replace("_", " ")


def space_title(space: str) -> str:
    """The name of an answer space as words: `integer_1_100` is `integer 1 to 100`."""
    return spaced(RANGE.sub(r"_\1 to \2", space))


def paraphrase_title(way: int) -> str:
    """What a way of asking for an answer space is called, counted from 1."""
    return f"paraphrase {way}"


@dataclass(frozen=True)
class Comparison:
    """Two compared arms at their ends, the last checkpoint of each; `suffix` names these if they differ.

    `checkpoint` is how ids name them, `at` the checkpoint of each, `titles` how the report names the arms.
    """

    first: str
    second: str
    checkpoint: str
    suffix: str
    at: tuple[str, str]
    titles: tuple[str, str]

    @property
    def pair(self) -> tuple[str, str]:
        """Both arms in order."""
        return self.first, self.second

    @property
    def minus(self) -> str:
        """The difference in words."""
        return f"{self.titles[0]} − {self.titles[1]}{self.suffix}"

    @property
    def over(self) -> str:
        """The ratio in words."""
        return f"{self.titles[1]} / {self.titles[0]}{self.suffix}"


def comparisons(study: Study) -> list[Comparison]:
    """How the arms of every pair of the study are compared."""
    return [_comparison(study, *pair) for pair in study.pairs()]


def compared(study: Study) -> Comparison | None:
    """The first of the comparisons; None when nothing is compared."""
    return next(iter(comparisons(study)), None)


def _comparison(study: Study, first: str, second: str) -> Comparison:
    ends = study.meetings(first, second)[-1]
    checkpoint_titles = [checkpoint_title(study, at) for at in ends]
    suffix = "" if ends[0] == ends[1] else f", at {checkpoint_titles[0]} and {checkpoint_titles[1]}"
    titles = (arm_title(study, first), arm_title(study, second))
    return Comparison(first, second, joined(*ends), suffix, ends, titles)


def ordered_arms(study: Study) -> list[str]:
    """The compared arms first, pair by pair, then the others in the study's order."""
    return list(dict.fromkeys([*(arm for pair in study.pairs() for arm in pair), *study.arms]))


def trained_arms(study: Study) -> list[str]:
    """The arms whose training there is a log of, in the report's order."""
    logged = {arm for arm, _ in study.logs()}
    return [arm for arm in ordered_arms(study) if arm in logged]


def banded_arms(study: Study) -> dict[str, str]:
    """The checkpoint of each arm's band of the pool, in the report's order."""
    bands = study.bands()
    return {arm: bands[arm] for arm in ordered_arms(study) if arm in bands}


def band_pairs(study: Study) -> dict[tuple[str, str], str]:
    """How ids name the checkpoints of both bands, by pair of compared arms that have one each."""
    bands = study.bands()
    return {
        (first, second): joined(bands[first], bands[second])
        for first, second in study.pairs()
        if {first, second} <= set(bands)
    }


def final(study: Study, arm: str) -> str:
    """The checkpoint that an arm ends with."""
    return study.checkpoints(arm)[-1]


def climbed_stage(study: Study) -> str | None:
    """The first stage whose step checkpoints are evaluated; None without one."""
    return next((name for name, stage in study.stages.items() if stage.hill_climb), None)


def passed(study: Study, arm: str, stage: str | None) -> bool:
    """Whether an arm was trained through a stage; of an imported one the book of numbers knows."""
    return study.imported(arm) or stage in study.own_stages(arm)
