"""Requests for a number from a stated distribution: families, each with parameters that are drawn."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from blake3 import blake3

from ...config.data import Slice
from ...spaces import SpaceError
from ...spaces.discretised import canonical, grid
from ...spaces.distribution import Distribution
from ...spaces.families import named
from ...spaces.ranges import drawn
from ..problems import table

NAME = "distributions"
# What a family is called where it is not its name.
CALLED = {"f_distribution": "F", "student_t": "Student t", "truncnorm": "truncated normal"}
# Draws for each setting that is wanted: families with few settings repeat themselves.
TRIES = 50


def items(part: Slice, seed: int) -> pd.DataFrame:
    """The problems table of a slice: for each family so many settings of its parameters, none twice.

    The uid is `distributions/<split>/<parameters>/<family>/<number>`; space and subject are the family. What
    is drawn follows from seed, split, parameters and family alone. Raises SpaceError for a family that there
    is not, or a law without canonical values.
    """
    return table([row for family in part.families for row in _rows(part, family, seed)])


def check(part: Slice, family: str, seed: int) -> None:
    """Raise SpaceError where `items` would for a family, without writing its values."""
    for parameters in _settings(part, family, seed):
        grid(family, parameters, part.decimals, part.max_bins)


def question(family: str, parameters: dict[str, float]) -> str:
    """What is asked."""
    stated = ", ".join(f"{name}={value:g}" for name, value in parameters.items())
    name = CALLED.get(family, family.replace("_", " "))
    return (
        f"Draw exactly one random number from the {name} distribution with parameters {stated}. "
        "Reply with the number and nothing else."
    )


def _rows(part: Slice, family: str, seed: int) -> Iterator[dict[str, Any]]:
    for index, parameters in enumerate(_settings(part, family, seed), start=1):
        texts, masses = canonical(family, parameters, part.decimals, part.max_bins)
        yield {
            "uid": f"{NAME}/{part.split}/{part.parameters}/{family}/{index}",
            "source": NAME,
            "split": part.split,
            "task": "law",
            "problem": question(family, parameters),
            "subject": family,
            "answer_type": "number",
            "space": family,
            "options": texts,
            "masses": masses.tolist(),
            "distribution": Distribution(family, tuple(parameters.items())).text(),
        }


def _settings(part: Slice, family: str, seed: int) -> list[dict[str, float]]:
    named(family)
    wanted = part.draws if isinstance(part.draws, int) else part.draws[family]
    place = "\n".join((str(seed), part.split, part.parameters, family))
    random = np.random.default_rng(int.from_bytes(blake3(place.encode()).digest(length=8), "big"))
    found: list[dict[str, float]] = []
    for _ in range(TRIES * wanted):
        setting = drawn(family, random, part.parameters == "outside")
        if setting not in found:
            found.append(setting)
        if len(found) == wanted:
            return found
    raise SpaceError(f"{family}: only {len(found)} settings of its parameters were found; lower draws")
