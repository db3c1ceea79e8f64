"""What values a number can have at all, by its id: a claim that accepts all of them says nothing."""

import math
import re

Range = tuple[float, float]
UNBOUNDED: Range = (-math.inf, math.inf)
FRACTIONS = (
    r"(pass@\d+|hit_rate|tag_valid|truncated|band_share|band_stability|budget_accuracy|numeric_signatures)"
)
# A difference of a metric on a slice, of two arms at their checkpoints; a slice may have hyphens.
TESTED = r"[^.]+\.diff\.[^.]+\.[^.]+\.[^.]+(\.correct)?"
# The first that matches the beginning of an id counts.
RANGES: tuple[tuple[re.Pattern[str], Range], ...] = tuple(
    (re.compile(pattern), ends)
    for pattern, ends in (
        (rf"{TESTED}\.(p|p_holm|p_wilcoxon)$", (0, 1)),
        (r"token_ratio\.p_wilcoxon\.", (0, 1)),
        (rf"{TESTED}\.t$", UNBOUNDED),
        (r"[^.]+\.relative\.", UNBOUNDED),
        (rf"{FRACTIONS}\.diff\.|gain\.", (-1, 1)),
        (rf"{FRACTIONS}\.", (0, 1)),
        (r"band_at_start\.", (0, 1)),
        (r"cosine_distance\.diff\.", (-2, 2)),
        (r"cosine_distance\.", (0, 2)),
    )
)


def possible(number: str) -> Range:
    """The least and the greatest value that the number of this id can have."""
    return next((ends for pattern, ends in RANGES if pattern.match(number)), UNBOUNDED)
