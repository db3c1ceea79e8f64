"""One claim about a number, and its verdict."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from .record import NumberRecord

SUMS, MEANS = "quotient of sums", "quotient of means"
VERIFIED, CONTRADICTED, UNSUPPORTED = "VERIFIED", "CLAIM_CONTRADICTED", "CLAIM_UNSUPPORTED"
ABOVE, BELOW = "above", "below"
# Remarks that may be written after the results are known: they are no part of what was said.
REMARKS = frozenset({"note", "whole_note"})


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


@dataclass(frozen=True)
class Claim:
    """One claim: `value` is what was said, `number` the id of the record that decides it.

    Attributes:
        tolerance: how far the number may be from the value; nothing with a direction.
        direction: `above` or `below`: it was said only on which side of the value the number lies.
        aggregator: how the number was said to be put together, where that may be done in several ways.
        needs: what is missing when there is no such record.
        why_wide: the reason of a tolerance that hardly any number could miss.
        yes_no: it was said that something is so or not.
        whole, whole_text, whole_note: of one of several values that were said together: id, text and note of
            what was said as a whole.
    """

    id: str
    text: str
    value: float
    tolerance: float
    number: str | None
    needs: str | None = None
    note: str | None = None
    direction: str | None = None
    aggregator: str | None = None
    why_wide: str | None = None
    yes_no: bool = False
    whole: str | None = None
    whole_text: str | None = None
    whole_note: str | None = None

    def agrees(self, value: float) -> bool:
        """Whether a number is what was said: within the tolerance, or on the side that was said."""
        if self.direction:
            return value > self.value if self.direction == ABOVE else value < self.value
        # Values such as 0.29 and 0.01 have no exact binary form: equality to the last bit is not asked for.
        return abs(value - self.value) <= self.tolerance + 1e-9 * max(1.0, abs(self.value))

    @property
    def stated_value(self) -> bool | float | str:
        """What was said: yes or no, a value, or a side of one such as `above 0`."""
        if self.direction:
            return f"{self.direction} {self.value:g}"
        return bool(self.value) if self.yes_no else self.value

    @property
    def statement_id(self) -> str:
        """Id of what was said: its own, or that of the whole that it is a part of."""
        return self.whole or self.id

    @property
    def form(self) -> str:
        """The format of its value: as many decimals as it and its tolerance have, or yes and no."""
        if self.yes_no:
            return "yes"
        return f",.{max(_decimals(self.value), _decimals(self.tolerance))}f"

    @property
    def foreign(self) -> str | None:
        """Why its number is not what was said although it has its name: it is put together otherwise."""
        aggregator = aggregator_of(self.number) if self.number else None
        if aggregator is None or self.aggregator in (None, aggregator):
            return None
        return f"was said of the {self.aggregator}, but {self.number} is the {aggregator}"

    @property
    def statement(self) -> dict[str, Any]:
        """What was said, as it is registered: everything but remarks and what is not there."""
        fields_said = {key: value for key, value in vars(self).items() if key not in REMARKS}
        return {key: value for key, value in fields_said.items() if value is not None and value is not False}

    @classmethod
    def stated(cls, statement: Mapping[str, Any]) -> "Claim":
        """The claim of a statement."""
        known = {field.name for field in fields(cls)}
        fields_known = {key: value for key, value in statement.items() if key in known}
        return cls(**{"number": None, **fields_known})


@dataclass(frozen=True)
class Verdict:
    """`status` is VERIFIED, CLAIM_CONTRADICTED or CLAIM_UNSUPPORTED; `recomputed` is None for the last."""

    status: str
    recomputed: float | None
    reason: str


def judge(claim: Claim, records: Mapping[str, NumberRecord]) -> Verdict:
    """The verdict of a claim from the study's number records by id."""
    if claim.number is None:
        return Verdict(UNSUPPORTED, None, f"needs {claim.needs}")
    record = records.get(claim.number)
    if record is None:
        return Verdict(UNSUPPORTED, None, f"this study has no number {claim.number}")
    if record.value is None:
        return Verdict(UNSUPPORTED, None, f"{record.id} is undefined on this study's tables (n = {record.n})")
    if claim.foreign:
        return Verdict(UNSUPPORTED, record.value, claim.foreign)
    status = VERIFIED if claim.agrees(record.value) else CONTRADICTED
    return Verdict(status, record.value, _reason(claim, record.value))


def combined(verdicts: Iterable[str]) -> str:
    """The verdict of what was said in several parts: it holds if all do, and one that is wrong decides."""
    found = set(verdicts)
    known = [verdict for verdict in (CONTRADICTED, UNSUPPORTED, VERIFIED) if verdict in found]
    # Others, as of an edited claim, say more.
    return next(iter(sorted(found - set(known))), known[0] if known else UNSUPPORTED)


def _reason(claim: Claim, value: float) -> str:
    if claim.direction:
        return f"is {'' if claim.agrees(value) else 'not '}{claim.stated_value}, as was said"
    if claim.agrees(value):
        return f"within {claim.tolerance:g} of what was said" if claim.tolerance else "equal to what was said"
    distance = abs(value - claim.value)
    return f"differs from what was said by {distance:.3g}, more than {claim.tolerance:g}"


def _decimals(value: float) -> int:
    """Digits after the point of a value as it is written."""
    digits = f"{value:.12g}"
    mantissa, _, exponent = digits.partition("e")
    return max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))
