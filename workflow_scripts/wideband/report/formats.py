"""How a number is printed: the one place where a value becomes text, so that an audit can redo it."""

import math
import re

MINUS = "\u2212"
NOTHING = "–"
INFINITY = "∞"
MOST_DIGITS = 12


def render(value: float | None, form: str) -> str:
    """Print `value` in a Python format spec, or in the form `p` (a p-value) or `yes` (1 is yes, 0 no).

    Minus signs are typographic, a printed zero has no sign; nothing and NaN are a dash, infinity its symbol.
    """
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    if form == "p":
        return _p_value(value)
    if form == "yes":
        return "yes" if value else "no"
    text = format(value, form)
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def render_interval(ends: tuple[float, float] | None, form: str) -> str:
    """Print an interval `[low, high]`; a dash when there is none.

    Ends that would read alike get more digits: an interval without any width is never printed of one with it.
    """
    if ends is None:
        return NOTHING
    low, high = (render(end, form) for end in ends)
    finer = _finer(form)
    return (
        render_interval(ends, finer) if low == high and ends[0] != ends[1] and finer else f"[{low}, {high}]"
    )


def _finer(form: str) -> str | None:
    """The format with a digit more; None of one that says no number of digits, or says many."""
    found = re.search(r"\.(\d+)", form)
    if found is None or int(found[1]) >= MOST_DIGITS:
        return None
    return f"{form[: found.start()]}.{int(found[1]) + 1}{form[found.end() :]}"


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
