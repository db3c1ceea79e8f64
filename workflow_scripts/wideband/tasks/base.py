"""What a completion answers."""

import unicodedata
from dataclasses import dataclass

AROUND = " .,:;!?'\"`*_()[]{}<>“”\u2018\u2019"


@dataclass(frozen=True)
class Reading:
    """One completion, read as its task asks.

    Attributes:
        answer: the answer as it was written; None where there is none.
        outcome: its canonical form: two completions with one outcome gave the same answer. None where the
            answer is not valid, which counts as what it is and never leaves a denominator.
    """

    answer: str | None
    outcome: str | None

    @property
    def valid(self) -> bool:
        """Whether the answer counts as one."""
        return self.outcome is not None


def folded(text: str) -> str:
    """Letter case, width and surrounding punctuation left aside; signs that are the whole text stay."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.strip(AROUND) or plain
