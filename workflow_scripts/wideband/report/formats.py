"""How a number is printed: the one place where a value becomes text, so that an audit can redo it.

Forms are Python's (`.1%`, `,.0f`; `.1e` as 1.2×10⁻⁸), and besides: `+.1pp` for a difference of rates, in
percentage points; `p` for a p-value; `yes` (1 is yes, 0 no).
"""

import math
import re

MINUS = "\u2212"
NOTHING = "–"
INFINITY = "∞"
MOST_DIGITS = 12
POINTS = "pp"
# What lies below has no decimals that anybody would count.
SMALL = 1e-4
EXPONENT = re.compile(r"e([+-]\d+)")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DIGITS = re.compile(r"([+,]*)\.\d+(%|f|pp)")


def render(value: float | None, form: str) -> str:
    """Print `value` in a form.

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
    text = (
        format(100 * value, f"{form.removesuffix(POINTS)}f") if form.endswith(POINTS) else format(value, form)
    )
    if not any(digit in text for digit in "123456789"):
        text = EXPONENT.sub("", text.lstrip("+-"))
    text = EXPONENT.sub(lambda found: f"×10{str(int(found[1])).translate(RAISED)}", text)
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


def fitted(form: str, ends: tuple[float, float] | None) -> str:
    """`form` with as many decimals as the uncertainty has two significant digits: half the interval's width.

    Numbers whose whole interval is below SMALL get an exponent. Without an interval of finite width, and
    where it says no number of decimals, the form is as it was.
    """
    found = DIGITS.fullmatch(form)
    half = abs(ends[1] - ends[0]) / 2 if ends else 0.0
    if not found or not half or not math.isfinite(half):
        return form
    shown = half if found[2] == "f" else 100 * half
    # What rounds up to another digit has that digit: 0.0996 is 0.10, not 0.100.
    decimals = 1 - math.floor(math.log10(float(f"{shown:.1e}")))
    most = max(map(abs, ends or ()))
    if found[2] == "f" and most < SMALL:
        return f"{found[1]}.{min(max(decimals + math.floor(math.log10(most)), 1), MOST_DIGITS)}e"
    return f"{found[1]}.{min(max(decimals, 0), MOST_DIGITS)}{found[2]}"


def in_points(form: str) -> str:
    """The form of a difference of what is printed in `form`: with its sign, of rates in percentage points."""
    return f"+{form[:-1]}{POINTS}" if form.endswith("%") else f"+{form}"


def unit(form: str) -> str:
    """The unit that stands after a number in this form, with a space; nothing where the number says it."""
    return " points" if form.endswith(POINTS) else ""


def _finer(form: str) -> str | None:
    """The format with a digit more; None of one that says no number of digits, or says many."""
    found = re.search(r"\.(\d+)", form)
    if found is None or int(found[1]) >= MOST_DIGITS:
        return None
    return f"{form[: found.start()]}.{int(found[1]) + 1}{form[found.end() :]}"


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
