"""One normal form of problem texts, by which slices are kept apart."""

import re
import unicodedata
from functools import lru_cache

# LaTeX that only sets type: spacing, display brackets, growing delimiters, the display form of a fraction.
_TYPESETTING = re.compile(
    r"\\(?:[,;:!> \[\]()]|(?:quad|qquad|left|right|displaystyle|big|Big)(?![a-zA-Z]))|~|\$"
)
_FRACTION = re.compile(r"\\[dt]frac(?![a-z])")
# Braces and punctuation; a point that starts decimals stays.
_PUNCTUATION = re.compile(r"[{}\s,;:?]|\.(?!\d)")
_BETWEEN_NUMBERS = re.compile(r"(?<!\d) +| +(?!\d)")


@lru_cache(maxsize=1 << 16)  # a slice is compared with several others
def normalise(text: str) -> str:
    r"""The text without what does not change a problem: case, width forms, typesetting, punctuation, spaces.

    Copies of one contest problem differ in commas, in `$$` or `\[`, in `n^{2}` or `n^2` and in `a x` or
    `ax`. What parted two numbers stays as one space: "1, 23" and "12, 3" remain different problems.
    """
    folded = _TYPESETTING.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    spaced = _PUNCTUATION.sub(" ", _FRACTION.sub(r"\\frac", folded))
    return _BETWEEN_NUMBERS.sub("", re.sub(" +", " ", spaced))
