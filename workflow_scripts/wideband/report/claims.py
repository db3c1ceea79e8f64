"""The page of claims: what was said, what comes out, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..numbers.claims import CONTRADICTED, UNSUPPORTED, VERIFIED, Claim, Verdict, judge
from .book import Book
from .formats import render

# Verdict: what it is called on the page, and the style of its badge.
WORDS = {
    VERIFIED: ("verified", "correct"),
    CONTRADICTED: ("contradicted", "wrong"),
    UNSUPPORTED: ("unsupported", "other"),
}
CLOSER = 2


@dataclass(frozen=True)
class Line:
    """A claim as a row: `form` prints what comes out, two digits closer than what was said."""

    claim: Claim
    verdict: Verdict
    said: str
    form: str

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
        missing = self.verdict.reason if self.claim.number and self.verdict.recomputed is None else None
        return " ".join(filter(None, (missing, needs, self.claim.note))) or None


def lines(claims: Sequence[Claim], book: Book) -> list[Line]:
    """Every claim with its verdict from the study's records."""
    return [
        Line(each, judge(each, book.records), render(each.value, each.form), _closer(each)) for each in claims
    ]


def tally(rows: Sequence[Line]) -> dict[str, int]:
    """How many claims got each verdict, by its word."""
    return {word: sum(row.verdict.status == status for row in rows) for status, (word, _) in WORDS.items()}


def _closer(claim: Claim) -> str:
    if claim.yes_no or not claim.tolerance:
        return claim.form
    decimals = int(claim.form.removeprefix(",.").removesuffix("f"))
    return f",.{decimals + CLOSER}f"
