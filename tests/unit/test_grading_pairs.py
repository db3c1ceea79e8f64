r"""Pairs of answer and gold that a grader of mathematics must get right, and what looks right and is not."""

import pytest

from wideband.grading import Grader

RIGHT = [
    # GSM8K
    ("18", "#### 18"),
    ("The working ... #### 18", "18"),
    ("$18", "18"),
    (r"\$18.00", "18"),
    ("18.", "18"),
    ("18 dollars", "18"),
    ("$18 per day", "18"),
    ("She makes $18 every day", "18"),
    ("The answer is 18.", "18"),
    ("5 + 13 = 18 dollars", "18"),
    ("**18**", "18"),
    ("1,450,000", "1450000"),
    ("1450000", "1,450,000"),
    ("$1,450,000.00", "1450000"),
    ("1 450 000", "1450000"),
    ("5 million", "5000000"),
    ("+7", "7"),
    ("007", "7"),
    ("−3", "-3"),
    ("3.0", "3"),
    (".5", "0.5"),
    ("-0", "0"),
    # boxed, delimiters, LaTeX spelling
    (r"\boxed{18}", "18"),
    (r"so the total is $\boxed{18}$ apples", "18"),
    (r"\(18\)", "18"),
    (r"\[18\]", "18"),
    ("so $x = 18$.", "18"),
    ("x = 18", "18"),
    ("18", "x=18"),
    (r"\dfrac{1}{2}", r"\frac12"),
    ("1/2", r"\frac{1}{2}"),
    ("0.5", r"\frac{1}{2}"),
    (r"\frac 3 8", r"\dfrac38"),
    (r"\frac\pi 2", r"\frac{\pi}{2}"),
    ("pi/2", r"\frac{\pi}{2}"),
    ("3/2", r"1\frac{1}{2}"),
    ("1 1/2", r"\frac{3}{2}"),
    ("sqrt(2)", r"\sqrt2"),
    (r"\sqrt{12}", r"2\sqrt{3}"),
    ("1.41421356", r"\sqrt{2}"),
    ("1+x^2", "x^2 + 1"),
    ("(x+1)^2", "x^2+2x+1"),
    ("a + b + c", "c+a+b"),
    ("10080", r"10,\!080"),
    (r"\frac{1}{20000}", r"\dfrac{1}{20,\!000}"),
    (r"\left( 3, \frac{\pi}{2} \right)", r"(3,\frac{\pi}{2})"),
    ("4i+3", "3 + 4i"),
    ("$2^{10}$", "1024"),
    ("120", "5!"),
    (r"2516_{8}", "2516_8"),
    ("2516", "2516_8"),
    (r"\frac{1}{4^{49}}", r"\frac{1}{2^{98}}"),
    ("Since $a = 3$ and $b = 5$, the sum is $8$.", "8"),
    ("The answers are $5$ and $7$.", "5, 7"),
    (r"The area is $20\text{ cm}^2$.", r"20\text{ cm}^2"),
    # units, percent, degrees
    (r"30\text{ cm}^2", "30"),
    ("30 cm^2", "30"),
    ("30cm", "30"),
    ("10 km/h", r"10\ \text{km/h}"),
    ("5 m/s", "5"),
    ("3/4 cup", r"\frac{3}{4}"),
    (r"8\sqrt{3} \text { square inches}", r"8\sqrt{3}"),
    (r"50\%", "50"),
    ("50%", r"50\%"),
    ("50 percent", "50"),
    ("50%", "0.5"),
    (r"45^\circ", "45"),
    ("45°", r"45^{\circ}"),
    ("45 degrees", r"45^\circ"),
    # sets, lists, tuples, intervals
    ("{2, 1}", r"\{1,2\}"),
    ("2 and 1", "1,2"),
    (r"1 \text{ or } 2", "2, 1"),
    ("69, 84", "69$,$84"),
    ("84 and 69", "69$,$84"),
    ("g(n)=1, f(n)=n", "f(n)=n$, $g(n)=1"),
    ("5, -5", r"\pm 5"),
    ("(1, 2)", "(1,2)"),
    ("[0, 1)", r"\left[0,1\right)"),
    ("(-oo, 2]", r"(-\infty,2]"),
    ("(-infinity, 2]", r"(-\infty,2]"),
    (r"(0,\infty)", "x > 0"),
    ("x > 0", r"(0,\infty)"),
    (r"(1,2)\cup(3,4)", r"(3,4) \cup (1,2)"),
    (r"\begin{bmatrix}1\\2\end{bmatrix}", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"),
    # words
    ("Monday", r"\text{Monday}"),
    ("monday.", r"\text{Monday}"),
    ("The day is Monday", r"\text{Monday}"),
    ("yes", r"\text{Yes}"),
    ("B", r"\text{(B)}"),
    ("D, A", r"\text{A, D}"),
    ("Picnic, Softball and Kickball", r"\text{Softball, Kickball, Picnic}"),
]

WRONG = [
    ("81", "18"),
    ("-18", "18"),
    ("18.5", "18"),
    ("1.8", "18"),
    ("118", "18"),
    ("1,8", "18"),
    ("1 8", "18"),
    ("1 2", "3"),
    ("12 12", "24"),
    ("17, 18", "18"),
    ("17 or 18", "18"),
    ("either 17 or 18", "18"),
    ("18 or 19 dollars", "18"),
    ("either $18$ or $19$", "18"),
    ("5 million", "5"),
    ("422_4", "422_8"),
    (r"\frac{1}{5^{98}}", r"\frac{1}{2^{98}}"),
    ("0.0000014", "0.0000012"),
    ("1450", "1,450,000"),
    ("$18", r"\frac{1}{8}"),
    ("0.33", r"\frac{1}{3}"),
    ("5!", "5"),
    ("18x", "18"),
    ("5m", "5"),
    ("5", "5m"),
    (r"\frac{2}{1}", r"\frac{1}{2}"),
    (r"\sqrt{2}", "2"),
    ("1.414", r"\sqrt{2}"),
    ("x^2 - 1", "x^2+1"),
    ("y", "x"),
    ("3 - 4i", "3+4i"),
    ("0.5%", "50"),
    ("5%", "50%"),
    ("(2,1)", "(1,2)"),
    ("[0,1]", "[0,1)"),
    (r"(2,\infty)", "x > 0"),
    ("69", "69$,$84"),
    ("69, 85", "69$,$84"),
    ("f(n)=n", "f(n)=n$, $g(n)=1"),
    ("1", "f(n)=n$, $g(n)=1"),
    ("{1,2,3}", r"\{1,2\}"),
    (r"\begin{pmatrix}2\\1\end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}"),
    ("Tuesday", r"\text{Monday}"),
    ("dynamo", r"\text{Monday}"),
    ("C", r"\text{(B)}"),
    ("18", r"\text{Monday}"),
    ("I do not know", "18"),
    (r"9^{9^{9}}x", r"\text{Monday}"),
]


@pytest.fixture(scope="module")
def grader():
    with Grader(timeout_s=20, workers=1) as running:
        yield running


@pytest.mark.parametrize(("answer", "gold"), RIGHT)
def test_right_answers_are_accepted(grader, answer, gold) -> None:
    outcome = grader.grade([(answer, gold)])[0]
    assert outcome.correct is True, outcome


@pytest.mark.parametrize(("answer", "gold"), WRONG)
def test_answers_that_look_right_are_refused(grader, answer, gold) -> None:
    outcome = grader.grade([(answer, gold)])[0]
    assert outcome.correct is False, outcome
