"""How a number is put together of its rollouts, where a published one of that name may mean several things.

A claim about such a number says which it means. Only where it is the same as here does the number decide it.
"""

import re
from dataclasses import dataclass

SUMS, MEANS = "quotient of sums", "quotient of means"


@dataclass(frozen=True)
class Aggregators:
    """`own` is what numbers whose ids match are; `others` are what published ones may be as well."""

    ids: re.Pattern[str]
    own: str
    others: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """All that a claim may say, own first."""
        return (self.own, *self.others)


SEVERAL = tuple(
    Aggregators(re.compile(pattern), own, others)
    for pattern, own, others in (
        (r"hit_rate\.", "share of all rollouts", ("mean over problems",)),
        (r"tokens_per_rollout\.", "mean over rollouts", ("mean over problems", "median over rollouts")),
        (r"(tokens|money)_per_correct\.", SUMS, ("mean over correct rollouts", "mean over problems")),
        (r"token_ratio\.(?!p_)", "median over draws", ("mean over draws", "median over problems", SUMS)),
        (r"[\w@]+\.relative\..*\.ratios\b", "mean of quotients", (MEANS, "median of quotients")),
        (r"[\w@]+\.relative\.", MEANS, ("mean of quotients", "median of quotients")),
    )
)


def several(number: str) -> Aggregators | None:
    """What a published number of this id may mean; None where there is but one meaning."""
    return next((aggregator for aggregator in SEVERAL if aggregator.ids.match(number)), None)


def aggregator_of(number: str) -> str | None:
    """How the number of this id is put together, where that could be otherwise."""
    found = several(number)
    return found.own if found else None
