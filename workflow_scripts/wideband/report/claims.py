"""The page of claims: what was said, what comes out, and the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..numbers.claims import CONTRADICTED, UNSUPPORTED, VERIFIED, Claim, Verdict, combined, judge
from .book import Book
from .formats import MINUS, render

# Verdict: what it is called on the page, and the style of its badge.
WORDS = {
    VERIFIED: ("verified", "correct"),
    CONTRADICTED: ("contradicted", "wrong"),
    UNSUPPORTED: ("unsupported", "other"),
}
CLOSER = 2


@dataclass(frozen=True)
class Line:
    """A claim as a row: `form` prints what comes out, two digits closer than what was said.

    `registered` says when it was registered, if any claim of the study was.
    """

    claim: Claim
    verdict: Verdict
    said: str
    form: str
    registered: str | None = None

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return WORDS[self.verdict.status][0]

    @property
    def style(self) -> str:
        """The class of its badge."""
        return WORDS[self.verdict.status][1]

    @property
    def reason(self) -> str | None:
        """What a reader wants to know beside the verdict: what is missing, or a remark."""
        needs = f"Needs {self.claim.needs}." if self.claim.number is None else None
        unsupported = self.verdict.status == UNSUPPORTED and self.claim.number
        missing = self.verdict.reason if unsupported else None
        meant = f"Said of the {self.claim.aggregator}." if self.claim.aggregator else None
        wide = f"The tolerance is wide: {self.claim.why_wide}" if self.claim.why_wide else None
        return " ".join(filter(None, (missing, needs, meant, wide, self.registered, self.claim.note))) or None


@dataclass(frozen=True)
class Statement:
    """What was said in one sentence: one line, or one for each of its parts."""

    id: str
    text: str
    note: str | None
    parts: list[Line]

    @property
    def single(self) -> bool:
        """Whether it is one claim without parts."""
        return self.parts[0].claim.whole is None

    @property
    def status(self) -> str:
        """Its verdict: that of its parts together."""
        return combined(part.verdict.status for part in self.parts)

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return WORDS[self.status][0]

    @property
    def style(self) -> str:
        """The class of its badge."""
        return WORDS[self.status][1]


def statements(rows: Sequence[Line]) -> list[Statement]:
    """The lines, the parts of one claim together, in their order."""
    found: dict[str, list[Line]] = {}
    for row in rows:
        found.setdefault(row.claim.statement_id, []).append(row)
    firsts = {identity: parts[0].claim for identity, parts in found.items()}
    return [
        Statement(identity, first.whole_text or first.text, first.whole_note, found[identity])
        for identity, first in firsts.items()
    ]


def lines(claims: Sequence[Claim], book: Book, registrations: Sequence[Mapping[str, Any]] = ()) -> list[Line]:
    """Every claim with its verdict from the study's records; then those that were registered and are gone."""
    first = {registration["claim"]["id"]: registration for registration in reversed(registrations)}
    known = {claim.id for claim in claims}
    gone = [
        Claim.stated(registration["claim"])
        for registration in reversed(first.values())
        if registration["claim"]["id"] not in known
    ]
    return [
        Line(
            claim,
            judge(claim, book.records),
            _claimed(claim),
            _closer(claim),
            _registered(first.get(claim.id), claim if claim.id in known else None) if first else None,
        )
        for claim in (*claims, *gone)
    ]


def _registered(registration: Mapping[str, Any] | None, claim: Claim | None) -> str:
    """When a claim was registered, and whether it still says the same; `claim` is None when it is gone."""
    if registration is None:
        return "Not registered: it may have been written when the results were there."
    place = f"in line {registration['line']} of the ledger"
    if claim is None:
        return f"Registered {place}, and removed from the file of claims since."
    if claim.statement != registration["claim"]:
        return f"Edited since it was registered {place}."
    if registration["before"]:
        return f"Registered {place}, before there was any result of its number."
    return f"Registered {place}, when results of its number were there."


def tally(statements_shown: Sequence[Statement]) -> dict[str, int]:
    """How many claims got each verdict, by its word; parts of one count together."""
    return {
        word: sum(line.status == status for line in statements_shown) for status, (word, _) in WORDS.items()
    }


def _claimed(claim: Claim) -> str:
    if claim.direction:
        return str(claim.stated_value).replace("-", MINUS)
    return render(claim.value, claim.form)


def _closer(claim: Claim) -> str:
    if claim.direction:
        return ",.4g"
    if claim.yes_no or not claim.tolerance:
        return claim.form
    decimals = int(claim.form.removeprefix(",.").removesuffix("f"))
    return f",.{decimals + CLOSER}f"
