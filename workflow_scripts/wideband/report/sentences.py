"""What a finding says, in words: for the first page, and for the end of a run."""

from ..config import Study
from ..config.runs import pooled
from .book import Book
from .effects import ACCURACY, COST, DIVERGENCE, DIVERSITY, LEARNING, NARROWING, NEARER, STATED, VALID, Effect
from .figures.curves import number_text
from .findings import Finding, findings
from .names import arm_title

DIVERSE = (
    "Solutions of {more} differ more from one another than those of {less} (mean pairwise cosine distance)"
)
# Words by kind: where the effect points up, and down; {more} and {less} are arms.
CLAIMS = {
    LEARNING: ("Training raised the accuracy of {more}", "Training lowered the accuracy of {more}"),
    NARROWING: (
        "Training made the answers of {more} differ more (mean pairwise cosine distance)",
        "Training made the answers of {more} differ less (mean pairwise cosine distance)",
    ),
    NEARER: (
        "Training took {more} further from the target law",
        "Training took {more} nearer to the target law",
    ),
    DIVERGENCE: (
        "Training raised the KL divergence of {more} from the stated law",
        "Training lowered the KL divergence of {more} from the stated law",
    ),
    STATED: (
        "Training took {more} further from the stated law (Wasserstein distance, in ranges of that law)",
        "Training took {more} nearer to the stated law (Wasserstein distance, in ranges of that law)",
    ),
    VALID: (
        "Training made valid answers of {more} more likely",
        "Training made valid answers of {more} less likely",
    ),
    ACCURACY: ("{more} is more accurate than {less}",) * 2,
    DIVERSITY: (DIVERSE,) * 2,
    COST: ("A correct answer of {less} takes fewer tokens than one of {more}",) * 2,
}


def claim(finding: Finding) -> list[tuple[str, bool]]:
    """What a finding says, in pieces: (text, False) or (arm, True)."""
    words = CLAIMS[finding.kind][finding.points < 0]
    pieces = words.replace("{", "\0").replace("}", "\0").split("\0")
    arms = {"more": finding.more, "less": finding.less}
    found = [(arms.get(piece, piece), piece in arms) for piece in pieces]
    if finding.kind == COST and finding.both:
        found.append((f" ({finding.both.over})", False))
    return [piece for piece in found if piece[0]]


def spoken(study: Study, book: Book, most: int) -> list[str]:
    """The strongest findings as sentences of plain text."""
    whole = pooled(study)
    return [_sentence(whole, book, finding) for finding in findings(whole, book).told[:most]]


def _sentence(study: Study, book: Book, finding: Finding) -> str:
    amounts = ", ".join(_amount(book, effect) for effect in finding.effects)
    minus = f" ({finding.both.minus})" if finding.both and finding.kind != COST else ""
    runs = f"; {finding.runs}" if finding.runs else ""
    statement = "".join(arm_title(study, text) if named else text for text, named in claim(finding))
    return f"{statement} {amounts}{minus}{runs}."


def _amount(book: Book, effect: Effect) -> str:
    factor = "a factor of " if effect.kind == COST else ""
    return f"on {effect.title} by {factor}{number_text(book, effect.number, effect.form, effect.unit)}"
