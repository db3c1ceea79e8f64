r"""Where and why a verdict of ours differs from math-verify's, pair by pair; everywhere else they agree."""

import pytest

from wideband.grading import Grader
from wideband.grading.judge import judge
from wideband.grading.normalise import normalise

# What math-verify calls equal, and is not. The reason, then answer and gold.
EQUAL_TO_MATH_VERIFY = {
    "the right-hand side of an equation for an unknown is not its solution": [
        ("3x = 7", "7"),
        ("2x = 5", "5"),
        ("x^2 = 4", "4"),
        ("x^2+y^2 = 1", "1"),
        ("x + 1 = 7", "7"),
        (r"\sqrt{x} = 3", "3"),
        ("x y = 6", "6"),
    ],
    "letters that are a name, a code or a word have an order": [
        ("ABC", "BAC"),
        ("on", "no"),
        ("tow", "two"),
        ("B2", "2B"),
        ("was", "saw"),
        ("cat", "act"),
    ],
    "a small term counts, however large what stands beside it": [
        (r"\frac{1}{3\cdot 2^{2006}}", r"\frac{2^{2005}+1}{3 \cdot 2^{2006}}"),
        (r"\frac{1}{3\cdot2^{100}}", r"\frac{2^{99}+1}{3\cdot2^{100}}"),
        (r"\sqrt{5}", r"\frac{3^{40}}{2^{60}}+\sqrt{5}"),
        (r"-2\sqrt{1}", r"\frac{4^{2024}}{\binom{4048}{2024}}-2"),
    ],
    "a gold that names something twice wants it twice": [("1,2", "1,1,2"), ("2", "2,2")],
    "a point has an order and a set has none": [(r"\{2,3\}", "(2,3)"), ("(2,1)", r"\{1,2\}")],
    "an equation that is false says nothing": [("2+2=5", "5"), ("x=2+2=5", "5")],
    "a ratio is no number": [("3", "3:1"), ("-679", "555-1234")],
}
# What math-verify calls different, and is equal.
DIFFERENT_TO_MATH_VERIFY = {
    "two signs of a factorial are a double factorial": [("5!!", "15"), ("8", "4!!")],
}


@pytest.fixture(scope="module")
def grader():
    with Grader(timeout_s=20, workers=1) as running:
        yield running


@pytest.mark.parametrize("pair", [pair for pairs in EQUAL_TO_MATH_VERIFY.values() for pair in pairs], ids=str)
def test_what_math_verify_wrongly_accepts_is_wrong(grader, pair) -> None:
    assert judge(*map(normalise, pair))[1] is True
    assert grader.grade([pair])[0].correct is False


@pytest.mark.parametrize(
    "pair", [pair for pairs in DIFFERENT_TO_MATH_VERIFY.values() for pair in pairs], ids=str
)
def test_what_math_verify_wrongly_refuses_is_right(grader, pair) -> None:
    assert judge(*map(normalise, pair))[1] is False
    assert grader.grade([pair])[0].correct is True
