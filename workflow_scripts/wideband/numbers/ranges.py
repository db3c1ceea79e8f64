"""What values a number can have at all, by its id: a claim that accepts all of them says nothing."""

import math
import re

from ..metrics import by_item
from ..metrics.ranges import difference_of

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
        (r"judge_win_rate_[^.]+\.diff\.", (-1, 1)),
        (r"judge_[a-z_]+_share_|judge_win_rate_", (0, 1)),
        (r"[^.]+\.relative\.", UNBOUNDED),
        (r"[^.]+\.(change|by_asking|residual)\..*\.(p|p_holm)$", (0, 1)),
        (r"[^.]+\.loses_most\.", (0, 1)),
        (r"[^.]+\.(change|retained|recovered|residual)\.", UNBOUNDED),
        (r"pass@1\.by_asking\.", (-1, 1)),
        (r"[^.]+\.(by_asking|gap)\.", UNBOUNDED),
        (r"[^.]+_rejected\.", (0, 1)),
        # Counts of items, and effects, of imported values.
        (r"[^.]+\.(higher|equal|lower|past|effect)\.", UNBOUNDED),
        (r"(total_variation|sampled_variation|run_on)\.diff\.", (-1, 1)),
        (r"(run_on|answers_share|answers_top_share)\.", (0, 1)),
        (r"(percent_correct|nearest_share)\.", (0, 100)),
        (rf"{FRACTIONS}\.diff\.|gain\.", (-1, 1)),
        (rf"{FRACTIONS}\.", (0, 1)),
        (r"band_at_start\.", (0, 1)),
        (r"held_out_kl\.", (0, math.inf)),
        (r"cosine_distance\.diff\.", (-2, 2)),
        (r"cosine_distance\.", (0, 2)),
    )
)


def possible(number: str) -> Range:
    """The least and the greatest value that the number of this id can have."""
    found = next((ends for pattern, ends in RANGES if pattern.match(number)), None)
    return found or _of_items(number) or UNBOUNDED


def _of_items(number: str) -> Range | None:
    """The range of a metric by item, where it is the same for items of every size; None for others."""
    metric, *rest = number.split(".")
    within = by_item.load(metric).within if metric in by_item.names() else None
    if within is None or callable(within):
        return None
    return difference_of(within) if rest[:1] in (["gain"], ["diff"]) else within
