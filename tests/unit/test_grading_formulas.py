r"""Expressions: their values, the order of operations of math-verify, and what is not read at all."""

import math
from decimal import Decimal

import pytest

from wideband.grading.formulas import read
from wideband.grading.magnitude import Power, apart, inverse
from wideband.grading.points import POINTS
from wideband.grading.tokens import Unread


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
        (r"-2^2", -4.0),
        (r"(-2)^2", 4.0),
        (r"3/4", 0.75),
        (r"(1+2)*3", 9.0),
        (r"2\pi", 2 * math.pi),
        (r"\sqrt[3]{8}", 2.0),
        (r"\binom{5}{2}", 10.0),
        (r"4!", 24.0),
        ("3:4", 0.75),
        (r"1/2\sqrt{2}", 1 / (2 * math.sqrt(2))),
        (r"\lfloor\frac{7}{2}\rfloor", 3.0),
        (r"\lceil\pi\rceil", 4.0),
        (r"\log2", math.log10(2)),
        (r"\log_{2}10", math.log2(10)),
        (r"\ln2\sqrt{3}", math.log(2) * math.sqrt(3)),
        (r"\sin\frac{\pi}{3}", math.sqrt(3) / 2),
        (r"\cos^{2}13^\circ", math.cos(13) ** 2),
        (r"2\tan(1)3", 6 * math.tan(1)),
        (r"2.5!", math.gamma(3.5)),
        (r"(1+\sqrt{2})2^{3}", 8 + 8 * math.sqrt(2)),
    ],
)
def test_values(text: str, expected: float) -> None:
    formula = read(text)
    assert not formula.open
    assert [float(value) for value in formula.values] == [pytest.approx(expected, rel=1e-12)] * len(POINTS)


def test_letters_have_values_of_their_own_whatever_their_case() -> None:
    formula = read(r"2RC+r\cdot c")
    assert formula.open
    assert [float(value) for value in formula.values] == [
        pytest.approx(3 * float(point["r"] * point["c"])) for point in POINTS
    ]


@pytest.mark.parametrize(
    "text",
    [
        r"50\%", r"1\frac{2}{3}", "1,2", "(1,2)", r"\frac{", r"\frac12", "", "-", "2516_8", "x=3",
        "1e5", r"2^34", "e", "I", "x2", "f(x)", r"\pi(2)", "2(3)", r"2\binom{5}{2}", r"x^T",
        r"x^{T}", "dx", "x^{2}^{3}", r"\pm5", "|x|", r"\text{a}",
            r"\sin^{-1}x", r"\sin x/2", r"\log_102", r"\log^2x", r"\sin-x", "I_1",
            "(" * 200 + "1" + ")" * 200,
    ],
)  # fmt: skip
def test_what_math_verify_reads_in_its_own_way_is_not_read(text: str) -> None:
    with pytest.raises(Unread):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        r"\sqrt{-1}",
        r"\frac{1}{0}",
        r"\lfloor\frac{14}{2}\rfloor",
        r"9^{9^9}-9^{9^9}",
        "x-x",
        r"\sqrt{8}-2\sqrt{2}",
    ],
)
def test_what_is_undefined_or_cancels_has_no_value(text: str) -> None:
    assert read(text).values == (None,) * len(POINTS)


@pytest.mark.parametrize(
    ("text", "sign", "log"),
    [
        (r"9^{9^9}", 1, 9**9 * math.log10(9)),
        (r"-10^{10000}", -1, 10000.0),
        (r"\frac{1}{9^{9^9}}", 1, -(9**9) * math.log10(9)),
        (r"\sqrt{10^{20000}}", 1, 10000.0),
        (r"9999!", 1, math.lgamma(10000) / math.log(10)),
        (r"10^{9000}+10^{8000}", 1, 9000.0),
        (r"3\cdot10^{9000}-10^{9000}", 1, 9000 + math.log10(2)),
    ],
)
def test_what_is_too_large_to_write_down_has_a_logarithm(text: str, sign: int, log: float) -> None:
    value = read(text).values[0]
    assert isinstance(value, Power) and value.sign == sign
    assert float(value.log) == pytest.approx(log, rel=1e-12)


def test_towers_are_compared_by_the_logarithms_of_their_logarithms() -> None:
    tower, higher = (read(text).values[0] for text in ("10^{10^{10^{10}}}", "10^{10^{10^{11}}}"))
    assert apart(tower, higher) and not apart(tower, tower)
    assert apart(tower, -tower) and apart(tower, Decimal(7)) and apart(inverse(tower), Decimal(0))
