"""What math-verify says of one pair. Runs inside a worker: it may hang or take all memory."""

from functools import lru_cache

from latex2sympy2_extended import NormalizationConfig
from math_verify import parse, verify
from math_verify.parser import LatexExtractionConfig
from sympy import Basic, Expr, N
from sympy.matrices import MatrixBase

# math-verify's unit stripping would take the variable of `5m` away; ours (units.py) has run already.
NORMALISATION = NormalizationConfig(
    basic_latex=True, units=False, malformed_operators=True, nits=True, boxed="all", equations=False
)
LATEX = LatexExtractionConfig(normalization_config=NORMALISATION)

# Below SMALL, math-verify's six decimals leave too few digits; there numbers must agree to TOLERANCE.
SMALL, TOLERANCE, DIGITS = 1e-3, 1e-3, 20

Reading = list[Basic | MatrixBase | str]


def judge(answer: str, gold: str) -> tuple[str, bool]:
    """(status, correct) of two normalised texts.

    Status is `verified`, or `unparsed` when math-verify finds no mathematics in one of the two and compares
    strings. Its own signal time-outs are off: the parent kills a worker that takes too long.
    """
    expected, answered = read(gold), read(answer)
    correct = verify(expected, answered, allow_set_relation_comp=True, timeout_seconds=None)
    correct = correct and not (answer != gold and _vanishing(expected[0], answered[0]))
    return ("verified" if _parsed(expected) and _parsed(answered) else "unparsed"), correct


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """math-verify's reading of a normalised text: expressions, then the text itself as a fall-back.

    The text is one LaTeX expression: it is never searched for a part that happens to parse.
    """
    return parse(f"${text}$", [LATEX], extraction_mode="first_match", parsing_timeout=None)


def _parsed(reading: Reading) -> bool:
    return any(not isinstance(part, str) for part in reading)


def _vanishing(gold: Basic | MatrixBase | str, answer: Basic | MatrixBase | str) -> bool:
    """Whether two different numbers look equal only because math-verify rounds both to zero."""
    if not all(isinstance(part, Expr) and part.is_number for part in (gold, answer)):
        return False
    # A percentage holds a factor that is only evaluated when asked.
    expected, answered = N(gold.doit(), DIGITS), N(answer.doit(), DIGITS)
    return bool(0 < abs(expected) < SMALL and abs(answered - expected) > TOLERANCE * abs(expected))
