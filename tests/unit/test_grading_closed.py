r"""Closed expressions: their values, what has none, and no verdict that math-verify would not reach."""

import math
from itertools import product

import pytest

from wideband.grading.closed import apart, value
from wideband.grading.judge import judge
from wideband.grading.normalise import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12.0),
        (r"-\frac{30}{17}", -30 / 17),
        (r"2\sqrt{5}", 2 * math.sqrt(5)),
        (r"14+4\sqrt{37}", 14 + 4 * math.sqrt(37)),
        (r"1-\frac{2}{\pi}", 1 - 2 / math.pi),
        (r"\frac{5\sqrt{2}}{2}", 5 * math.sqrt(2) / 2),
        (r"2^{10}", 1024.0),
        (r"2^3", 8.0),
        (r"3/4", 0.75),
        (r"(1+2)*3", 9.0),
        (r"2\pi", 2 * math.pi),
    ],
)
def test_values(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "x", r"2x", r"50\%", r"1\frac{2}{3}", "1,2", "(1,2)", r"\frac{", r"\frac12", "", "-", r"2^{x}",
        r"9^{9^9}",
        r"\sqrt{-1}", r"\frac{1}{0}", "2516_8", "5!", "x=3", r"\sqrt[3]{2}", r"30^\circ", "1e5",
        r"2^34", r"(-2)^2",
    ],
)  # fmt: skip
def test_what_is_not_understood_has_no_value(text: str) -> None:
    assert value(text) is None


SAMPLES = [
    "7", "-7", "0.5", "0.3333", r"\frac{1}{3}", r"\frac{1}{2}", r"50\%", r"\frac{14}{2}", r"\sqrt{2}",
    "1.41421356",
    r"2\sqrt{3}", r"\sqrt{12}", r"\pi", "3.14159", r"1-\frac{2}{\pi}", r"\text{circle}",
    r"\text{seven}", r"1\frac{1}{2}",
    "1,2", "x", "x=7", r"2^{10}", "1024", "(1,2)", r"\frac{22}{7}", "3.1416",
]  # fmt: skip


def test_what_is_called_apart_is_wrong_for_math_verify_too() -> None:
    pairs = {(normalise(answer), normalise(gold)) for answer, gold in product(SAMPLES, SAMPLES)}
    called = [pair for pair in pairs if apart(*pair)]
    assert len(called) > 200
    assert [pair for pair in called if judge(*pair)[1]] == []
