"""The generated origin: the families of `wideband.data.generated` as the problems table."""

from collections.abc import Iterable

import pandas as pd

from ...config.data import Slice
from ...config.sources import TASKS
from ..errors import DataError
from ..problems import COLUMNS, table


def load_generated(tier: str, split: str, n: int | None, seed: int) -> pd.DataFrame:
    """`n` generated problems of a tier (gsm8k, math, olympiad). Raises DataError when they cannot be made."""
    from ..generated import generate

    if n is None:
        raise DataError(f"generated source {tier}/{split} is endless; set n on its slices")
    try:
        made = generate(tier, split, n, seed)
    except ValueError as error:
        raise DataError(f"generated source {tier}/{split}: {error}") from error
    return table(
        [{name: getattr(problem, name, None) for name in COLUMNS} | {"task": TASKS[tier]} for problem in made]
    )


def worked(part: Slice, n: int | None, seed: int, uids: Iterable[str]) -> list[list[str]]:
    """The worked answers of problems that a slice drew out of `n` generated ones, in the order of `uids`."""
    from ..generated import generate
    from ..generated.solutions import solutions

    made = {problem.uid: problem for problem in generate(part.source, part.split, n, seed)}
    return [solutions(made[uid], part.solutions, part.teachers, seed) for uid in uids]
