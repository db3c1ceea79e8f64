"""How a number is printed: the one place where a value becomes text, so that an audit can redo it."""

import math

MINUS = "\u2212"
NOTHING = "–"
INFINITY = "∞"


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
    """Print an interval `[low, high]`; a dash when there is none."""
    if ends is None:
        return NOTHING
    return f"[{render(ends[0], form)}, {render(ends[1], form)}]"


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
