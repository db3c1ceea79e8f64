"""Numeric signatures: which numbers a working passes through, in order."""

import math
import re
from collections.abc import Iterable

NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def signature(text: str) -> tuple[str, ...]:
    """The numbers of a working in order, unsigned, normalised: `1,200.50` and `1200.5` are one number."""
    return tuple(_normal(number) for number in NUMBER.findall(text))


def distinct(texts: Iterable[str]) -> float:
    """How many sorted multisets of numbers the texts have; NaN without any text."""
    return float(len({tuple(sorted(signature(text))) for text in texts})) or math.nan


def _normal(number: str) -> str:
    whole, _, fraction = number.replace(",", "").partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
