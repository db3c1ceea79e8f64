"""A number from a stated distribution."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..lists import listed
from ..scaffolds import Parsed
from ..spaces.distribution import Distribution
from .base import Reading

DESCRIPTION = "draw a number from a stated distribution"
GIVES = frozenset({"answer", "options", "law", "end", "distribution"})
NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?", re.I)
AROUND = " \t\"'`*"


def answers(options: Sequence[str]) -> list[str]:
    """The canonical values as they are."""
    return list(options)


def valid(item: Mapping[str, Any]) -> Distribution:
    """The distribution that a row of a problems table asks for."""
    return Distribution.read(item["distribution"], tuple(listed(item["options"])))


def number(written: str | None) -> float:
    """The number that a text is and nothing else, quotes and a full stop aside; NaN where it is none."""
    plain = (written or "").strip(AROUND).removesuffix(".").replace("\u2212", "-")
    found = float(plain) if NUMBER.fullmatch(plain) else math.nan
    return found if math.isfinite(found) else math.nan


def read(parsed: Parsed, options: Distribution) -> Reading:
    """Valid is a number in the support, an integer where the law has no others.

    The outcome is the canonical value that stands for the number, as the masses of the law are meant.
    """
    found = number(parsed.answer)
    if math.isnan(found) or not options.valid(np.float64(found)):
        return Reading(parsed.answer, None)
    return Reading(parsed.answer, options.values[options.place(found)])
