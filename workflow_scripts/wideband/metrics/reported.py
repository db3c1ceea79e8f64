"""What a reported value alone implies: which counts can stand behind it."""

import math
from collections.abc import Iterator

# Half a unit in the fourth decimal, to which reports print total variation.
ROUNDED = 0.5e-4


def nearest_share(percent: float, n: int) -> float:
    """The percentage nearest to a printed one that a whole number of n items can give; NaN for n < 1.

    A printed percentage farther from it than its rounding is impossible (GRIM: Brown and Heathers 2017,
    Social Psychological and Personality Science 8:363-369).
    """
    return 100 * round(percent * n / 100) / n if n > 0 else math.nan


def distinct_answers(variation: float, n: int, options: int) -> float:
    """How many different options n answers held whose TV to the uniform law is this; NaN if several fit.

    Options drawn more often than n/K leave 1 − TV = a/K + s/n, a being how many these are and s how many
    answers fell on the others that were drawn, each of them at most n/K times. TV is taken as rounded to four
    decimals.
    """
    found = {above + below for above, below in _fitting(variation, n, options)} if n > 0 else set()
    return float(found.pop()) if len(found) == 1 else math.nan


def _fitting(variation: float, n: int, options: int) -> Iterator[tuple[int, int]]:
    """(options drawn more often than n/K, options drawn at most so often) that give the TV."""
    most = n // options
    for above in range(min(n, options) + 1):
        rest = n * (1 - variation - above / options)
        answers = round(rest)
        if abs(rest - answers) > n * ROUNDED + 1e-9 or answers < 0 or answers > n:
            continue
        if above == 0 and answers < n:
            continue  # all answers fall on some option
        if above * (most + 1) > n - answers:
            continue
        fewest = -(-answers // most) if most else (0 if answers == 0 else options + 1)
        yield from ((above, below) for below in range(fewest, min(answers, options - above) + 1))
