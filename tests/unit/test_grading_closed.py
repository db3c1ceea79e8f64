r"""What is called apart is apart: by rule, by algebra, and for math-verify itself."""

import os
import random
import signal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.config.data import Data
from wideband.data import sources
from wideband.grading.closed import apart, assigned, unreadable
from wideband.grading.judge import judge
from wideband.grading.normalise import normalise

DATA = Path(os.environ.get("WIDEBAND_DATA", Path(__file__).parents[2] / "../shared/data")).resolve()

APART = [
    ("(1,4)", "9"),
    ("65", "5,15"),
    (r"5\sqrt{5}", r"(2,12)\cup(12,102)"),
    (r"[5,5\sqrt{2}]", "9"),
    (r"(-\infty,2]", "9"),
    ("(10^{4},10^{3}),(10^{2},10^{-1})", "2018"),
    (r"\begin{pmatrix}3&-3\\4&-2\end{pmatrix}", "0.54"),
    ("(1,2)", "(1,2,3)"),
    ("1,3", "1,2"),
    ("[0,1]", "(0,2)"),
    ("x^2", r"\frac{17}{21}"),
    ("2RC+R+C", "3851"),
    ("(n-2)2^{n}+1", "2016"),
    ("x+y", "x-y"),
    ("k=3", r"\frac{11}{18}"),
    ("52", r"x=\frac{3}{2}"),
    ("(1,4)", r"x=\frac{3}{2}"),
    (r"N(n)=\lfloor\frac{2n}{3}\rfloor+1", "2500,7500"),
    (r"\text{theanswer}", "5,15"),
    (r"\text{1:03PM}", "2.5"),
    (r"\text{(B)}", "47"),
    (r"\text{even}", r"\text{odd}"),
    ("x", r"\text{ellipse}"),
    ("3:1", "1041"),
    (r"\text{B},\text{E},\text{G}", "17"),
    (r"\text{B},\text{E}", r"\text{B},\text{F}"),
    ("(-7,-1)", "(1,2,3),(1,3,2)"),
    ("(1,2),(3,4)", "(1,2),(3,5)"),
    ("(0,0)", r"\frac{2}{5}"),
    (r"(-\infty,0)\cup\{1\}", "87"),
    (r"44\%", "-8"),
    (r"62.5\%", "62"),
    (r"44\%", r"45\%"),
    ("506_7", r"\sqrt{5}"),
    (r"45^\circ,60^\circ", "(3,2)"),
    (r"x\in[-2,7]", "78"),
    (r"x\in[-2,7]", "[-2,8]"),
    ("f(n)=n,g(n)=1", "5"),
    ("x^2+y^2=13", "7"),
    (r"\lceil n/2\rceil+1", "529"),
    (r"\frac{\log2}{\log2-\log3}", "98721"),
    (r"\sin3x", r"6\sqrt{6}"),
    (r"\cos13^\circ", "0.5"),
    (r"2,-\log_{10}250", "n=k+4"),
    (r"\frac{d!}{2k(d-k)!}", r"\frac{9\sqrt{3}}{20}"),
    (r"\binom{2n}{n}", "16"),
    (r"\frac{4^{2024}}{\binom{4048}{2024}}-2", "222"),
    (r"\frac{100!}{2^{50}}", r"\frac{7}{18}"),
    ("152A_{11}", "4"),
    ("a_{1}", "a_{2}"),
    ("-2,-2", "10"),
    (r"\text{Idonotknow}", "-2,-2"),
    (r"1\frac{1}{10}", "2"),
    (r"\{1\pm\sqrt{5},-2\}", "3,4"),
    (r"k\geqslant2", "7"),
    ("2<k<3", r"\text{even}"),
    (r"\overline{CD}", "5"),
    (r"(-\infty,0)\cup\{1\}", "-6,-8,-10"),
    (r"(2,12)\cup(12,102)", "(27,20,13),(18,20,22)"),
    ("111,111,111", "5"),
    # functions of their only letter, and other equations
    ("f(x)=x+1", "f(n)=2n+1007"),
    ("f(x)=x", "f(n)=n"),
    ("f(x)=x", "f(x)=2x"),
    ("M=2^{N-2}+1", "f(x)=x+1"),
    ("x+y=3", "f(x)=x"),
    ("g(x)=x^2-2x+2", r"x=\frac{1}{6}\pi,\frac{1}{3}\pi"),
    # equations with several letters, and sets
    ("x^2+y^2=13", "[-2,0]"),
    ("4x-5y=-50", r"(-\infty,-2)\cup(0,1)"),
    ("11x+6y+5z+86=0", r"\begin{pmatrix}12/13\\-18/13\end{pmatrix}"),
    # lists of equations, and what is none
    ("f(x)=x,f(x)=2-x", r"\frac{1}{3},1,\frac{1}{9}"),
    (r"a=2,a=-6-4\sqrt{2}", "5,-2"),
    ("x=1,x=1", "2"),
    (r"\angle BEA_{1}=90,\angle AEB_{1}=90", "50"),
    # comparisons, and what they do not describe
    (r"k\geqslant2", "1,3"),
    (r"k\geqslant2", "(3,2),(-3,2)"),
    (r"k\geqslant2", r"(-\sqrt{11},-2)\cup(\sqrt{11},9)"),
    ("f(2)<f(1)<f(4)", "7"),
    ("f(2)<f(1)<f(4)", "(-7,3)"),
    ("x<y", "1,2"),
    # matrices of different shapes, and a percentage
    (r"\begin{pmatrix}1&1\end{pmatrix}", r"\begin{pmatrix}1\\1\end{pmatrix}"),
    (r"\begin{pmatrix}1\\1\end{pmatrix}", r"20\%"),
    # a fraction that math-verify drops or does not
    (r"\frac{4^{2024}}{\binom{4048}{2024}}-2", r"4\sqrt{5}-\sqrt{7}"),
    (r"\frac{100!}{2^{50}}", "n(n-1)"),
    (r"\sqrt{5}-\frac{3^{40}}{2^{60}}", r"\sqrt{6}"),
]

UNDECIDED = [
    # equal, or equal to math-verify
    ("15,5", "5,15"),
    ("5,5", "5"),
    ("[5,5]", "5"),
    (r"\{5\}", "5"),
    ("1,2", "(1,2)"),
    ("(3,1]", "[5,2)"),
    ("x=3", "3"),
    ("f(n)=n", "n"),
    ("x=3", "y=4"),
    ("2(3)", "5"),
    (r"1/2\sqrt{2}", r"\frac{\sqrt{2}}{4}"),
    ("X+1", "x+1"),
    (r"\text{Pi}", r"\pi"),
    (r"\text{pct}", r"\text{percent}"),
    (r"\sqrt{x^2}", "x"),
    # not understood
    ("1,234", "1234"),
    ("x^2+y^2=13", "13"),
    ("x^2=4", "2,-2"),
    ("x=1,x=1", "1"),
    (r"44\%", "44"),
    (r"44\%", "0.44"),
    ("2516_8", "2516"),
    (r"45^\circ", "45"),
    (r"x\in[-2,7]", "[-2,7]"),
    (r"\{1\}\cup\{2\}", "1,2"),
    (r"[1,2]\cup[2,3]", "[1,3]"),
    (r"(0,0)\cup(0,0)", "0"),
    (r"\pm5", "5,-5"),
    (r"\log2", r"\frac{\ln2}{\ln10}"),
    (r"\sin2x", r"2\sin x\cos x"),
    ("n!", "n(n-1)!"),
    (r"\binom{n}{2}", r"\frac{n(n-1)}{2}"),
    ("x_1", "x_{1}"),
    (r"\{1,-1\}", r"\pm1"),
    (r"1\frac{1}{2}", "1.5"),
    (r"(0,1)\cup(1,2)", "(0,2)"),
    ("k>2", "2<k"),
    (r"\frac{\sqrt{3}\log_{2}15}{2}", r"\frac{3}{4}"),
    ("x>2", r"(2,\infty)"),
    ("f(x)=x", "F(x)=x"),
    ("f(x)=x+1", "f(x)=1+x"),
    ("f(x)=ax", "f(x)=bx"),
    ("f(2)=3", "f(2)=4"),
    ("f(x)=10", r"f(x)=\frac{10\cdot2^{200}}{2^{200}}"),
    ("M=2N", r"N=\frac{M}{2}"),
    ("x^2=4", r"\{3,4\}"),
    ("xy=3", r"\{3\}"),
    ("x+y=3", "x=3-y,x=3-y"),
    ("x=1,x=2", "1,2"),
    ("x=1,x=1", "1"),
    ("x=2y,y=1", r"y=\frac{x}{2},y=1"),
    ("1,x=2", "1,3"),
    ("x=\\pm5,y=3", r"\{5,-5\},3"),
    (r"\angle A=90,\angle A=90", "90"),
    (r"k\geqslant2", r"[2,\infty)"),
    ("2<k<3", "2,3"),
    (r"x^2\leq0", "0,0"),
    ("f(2)<2", r"(-\infty,2)"),
    ("k>2", "x=1,x=2"),
    (r"\begin{bmatrix}1\\1\end{bmatrix}", r"\begin{pmatrix}1\\1\\\end{pmatrix}"),
]

SAMPLES = [
    "7", "0.3333", r"\frac{1}{3}", r"50\%", r"2\sqrt{3}", r"\sqrt{12}", r"\text{(B)}", "B", r"1\frac{1}{2}",
    "1,2", "2,1", "x=7", "1+x", "(x+1)(x-1)", "(1,2)", "(1,2,3)", r"\{1,2\}", "7,7",
    r"\begin{pmatrix}1\\2\end{pmatrix}", r"\frac{",
]  # fmt: skip


@pytest.mark.parametrize(("answer", "gold"), APART)
def test_certainly_unequal_pairs_are_apart_either_way(answer: str, gold: str) -> None:
    assert apart(answer, gold) and apart(gold, answer)
    assert not judge(answer, gold)[1] and not judge(gold, answer)[1]


@pytest.mark.parametrize(("answer", "gold"), UNDECIDED)
def test_equal_or_doubtful_pairs_are_left_to_math_verify(answer: str, gold: str) -> None:
    assert not apart(answer, gold) and not apart(gold, answer)


def test_open_braces_are_unreadable_next_to_anything_understood() -> None:
    assert unreadable("t(0,4]", "5") and unreadable(r"\frac{", "5") and unreadable("1,2", r"\sqrt{2")
    assert not unreadable(r"\frac{", r"\frac{1}{")
    assert not unreadable("x=\\frac{=5", "5")


def test_a_trace_outside_a_last_equation_is_unreadable_next_to_anything_understood() -> None:
    text = r"f(x)=ax+b,whereaisarbitrary\mho(a)=0"
    assert unreadable(text, "0") and judge(text, "0") == ("unparsed", False)
    assert not unreadable("f(x)=tr=0", "0") and judge("f(x)=tr=0", "0")[1]
    assert not unreadable(r"\text{arbitrary}", "0") and not unreadable("2dtr,5", "0")


@pytest.mark.parametrize(
    ("answer", "gold"), [("3", "k=3"), ("x=-3", "-3"), (r"f(x)=\frac{1}{2}", r"\frac{1}{2}")]
)
def test_a_number_with_a_name_is_that_number(answer: str, gold: str) -> None:
    assert assigned(answer, gold) and judge(answer, gold)[1]


@pytest.mark.parametrize(("answer", "gold"), [("3", "k=33"), ("x", "y=x"), ("3", "2x=3"), ("k=3", "m=3")])
def test_other_equations_are_no_assigned_numbers(answer: str, gold: str) -> None:
    assert not assigned(answer, gold) and not assigned(gold, answer)


def test_what_is_called_apart_is_wrong_for_math_verify_too() -> None:
    pairs = product(map(normalise, SAMPLES), repeat=2)
    called = [pair for pair in pairs if pair[0] != pair[1] and decided(*pair)]
    assert len(called) > 200
    assert [pair for pair in called if judge(*pair)[1]] == []


def _twice(text: str) -> tuple[str, str]:
    return text, text


# Sums and products of small terms, each with its spelling rearranged in a way that changes no value.
terms = st.recursive(
    st.sampled_from(["x", "y", "n", "2", "3", r"\pi", r"\sqrt{2}", "x^2", r"\frac{1}{3}"]).map(_twice),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}+{two[1][0]})", f"({two[1][1]}+{two[0][1]})")),
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]}\\cdot {two[1][0]})", f"({two[1][1]}*{two[0][1]})")
        ),
        st.tuples(inner, inner, inner).map(
            lambda all_: (
                f"({all_[0][0]}*({all_[1][0]}+{all_[2][0]}))",
                f"({all_[0][1]}*{all_[1][1]}+{all_[0][1]}*{all_[2][1]})",
            )
        ),
        inner.map(lambda one: (f"({one[0]})^2", f"({one[1]}*{one[1]})")),
        inner.map(lambda one: (f"\\frac{{{one[0]}}}{{2}}", f"0.5*{one[1]}")),
        inner.map(lambda one: (f"\\sqrt{{{one[0]}}}", f"({one[1]})^{{0.5}}")),
        inner.map(lambda one: (f"\\sin({one[0]})", f"\\tan({one[1]})\\cos({one[1]})")),
        inner.map(lambda one: (f"\\log({one[0]})", f"\\frac{{\\ln({one[1]})}}{{\\ln10}}")),
        inner.map(lambda one: (f"({one[0]})!", f"({one[1]})({one[1]}-1)!")),
        inner.map(lambda one: (f"({one[0]}-7)", f"(-7+{one[1]})")),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(terms)
def test_an_expression_is_never_apart_from_itself_rearranged(two: tuple[str, str]) -> None:
    assert not apart(*two) and not apart(*map(normalise, two))


def decided(answer: str, gold: str) -> bool:
    return apart(answer, gold) or unreadable(answer, gold)


def test_real_golds_called_apart_are_unequal_for_math_verify() -> None:
    """A small part of the check of thousands of pairs that each rule went through."""
    if not DATA.exists():
        pytest.skip(f"no data at {DATA}")
    draw, called = random.Random(7), {}
    golds = _golds(draw)
    for _ in range(3000):
        pair = draw.choice(golds), draw.choice(golds)
        if pair[0] != pair[1] and decided(*pair):
            called[pair] = _in_time(pair)
        if len(called) == 150:
            break
    assert len(called) == 150
    assert [pair for pair, correct in called.items() if correct] == []


def _golds(draw: random.Random) -> list[str]:
    """Golds of all kinds, few enough that math-verify's caches help."""
    data = Data(origin="local", root=str(DATA), slices={})
    names = ("math", "olympiadbench", "aime", "hmmt", "amc")
    columns = [list(sources.load(name, "test", data)["gold"]) for name in names]
    return [normalise(gold) for golds in columns for gold in draw.sample(golds, 20)]


def _in_time(pair: tuple[str, str]) -> bool | None:
    """math-verify's verdict; None where it takes too long."""

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(10)
    try:
        return judge(*pair)[1]
    except TimeoutError:
        return None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
