"""A claim, and the verdict that an audit gives it."""

from dataclasses import dataclass

from ..numbers.claims import Claim
from .finding import Finding


@dataclass(frozen=True)
class Judged:
    """A claim of a file, its verdict, and why; `computed` is its number computed again, None without one."""

    file: str
    claim: Claim
    verdict: str
    detail: str
    computed: float | None = None

    @property
    def finding(self) -> Finding:
        """The same as a finding of L6."""
        text = ": ".join(filter(None, (self.claim.whole_text, self.claim.text)))
        detail = f"{self.claim.id} {text!r}: {self.detail}"
        return Finding(self.verdict, 6, detail, self.file, number=self.claim.number)
