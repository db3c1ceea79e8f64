"""The least and greatest value that one problem can have, by metric."""

from . import by_item, entailment_names, text_names
from .diversity_names import CORRECT
from .estimate import Interval

RATE: Interval = (0.0, 1.0)
DIFFERENCE: Interval = (-1.0, 1.0)
KNOWN: dict[str, Interval] = {
    "tag_valid": RATE,
    "truncated": RATE,
    "cosine_distance": (0.0, 2.0),
    "variance_trace": RATE,
    "numeric_signatures": RATE,
}
# From one in all to all of a problem's n rollouts being another one.
UP_TO_N = frozenset({"strategies", "vendi"})


def range_of(metric: str, n: int) -> Interval | None:
    """The range of a metric over n rollouts a problem; None where it has no end, or none is known."""
    name = metric.removesuffix(CORRECT)
    if name.startswith("pass@"):
        return RATE
    if name in UP_TO_N and n > 1:
        return (1.0, float(n))
    if entailment_names.is_one(metric):
        return entailment_names.range_of(metric)
    if text_names.is_one(metric):
        return text_names.range_of(metric)
    return by_item.load(name).range(n) if name in by_item.names() else KNOWN.get(name)


def difference_of(within: Interval | None) -> Interval | None:
    """The range of the difference of two values of that range."""
    return (within[0] - within[1], within[1] - within[0]) if within else None
