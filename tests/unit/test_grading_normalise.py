r"""The fast path agrees with math-verify wherever it decides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.grading import Grader
from wideband.grading.grader import Outcome, fast
from wideband.grading.normalise import LONGEST, normalise

# Golds as MATH, OlympiadBench and GSM8K write them.
GOLDS = [
    "42",
    "-7",
    "0.375",
    "1,450,000",
    r"\frac{3}{56}",
    r"\dfrac{9}{7}",
    r"3\sqrt{13}",
    r"\left( 3, \frac{\pi}{2} \right)",
    r"p - q",
    r"(-\infty, 2) \cup (3,\infty)",
    r"\{-1, 0, 1\}",
    r"90^\circ",
    r"\$18.90",
    r"10\%",
    r"\text{Evelyn}",
    r"6 - 5i",
    r"\begin{pmatrix} -1 & 0 \\ 0 & -1 \end{pmatrix}",
    r"x^3 + 3x - 6",
    "69$,$84",
    r"2 + \sqrt{2}, 2 - \sqrt{2}",
]

SPELLINGS = [
    lambda text: f"${text}$",
    lambda text: f"\\boxed{{{text}}}",
    lambda text: f" {text} .",
    lambda text: text.replace("frac", "dfrac").replace("ddfrac", "dfrac"),
    lambda text: text.replace("(", r"\left(").replace(")", r"\right)").replace(r"\left\left", r"\left"),
    lambda text: text.replace("+", " + ").replace(",", ", ").replace(", 450, 000", ",450,000"),
    lambda text: f"\\({text}\\)" if "$" not in text else text,
]

numbers = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.integers(0, 10**9).map("{:,}".format),
    st.decimals(-(10**6), 10**6, places=3).map(str),
)


@pytest.fixture(scope="module")
def verifier():
    """A grader that asks math-verify everything."""
    with Grader(timeout_s=20, workers=1, fast_path=False) as running:
        yield running


@pytest.mark.parametrize("gold", GOLDS)
def test_a_spelling_that_the_fast_path_accepts_math_verify_accepts(verifier, gold) -> None:
    answers = [respell(gold) for respell in SPELLINGS]
    decided = [fast(normalise(answer), normalise(gold)) for answer in answers]
    outcomes = verifier.grade([(answer, gold) for answer in answers])
    assert all(outcome.correct for outcome in outcomes), list(zip(answers, outcomes, strict=True))
    assert sum(bool(verdict and verdict.correct) for verdict in decided) >= 5, decided


@settings(max_examples=60, deadline=None)
@given(answer=numbers, gold=numbers)
def test_on_plain_numbers_the_fast_path_says_what_math_verify_says(verifier, answer, gold) -> None:
    for pair in ((answer, gold), (gold, gold), (f"{gold.replace(',', '')}1", gold)):
        quick = fast(*map(normalise, pair))
        assert quick is None or quick.correct == verifier.grade([pair])[0].correct


@settings(max_examples=30, deadline=None)
@given(whole=st.integers(-99, 99), first=st.integers(0, 10**7 - 1), second=st.integers(0, 10**7 - 1))
def test_decimals_close_together_are_left_to_math_verify(verifier, whole, first, second) -> None:
    pair = (f"{whole}.{first:07d}", f"{whole}.{second:07d}")
    quick = fast(*map(normalise, pair))
    assert quick is None or quick.correct == verifier.grade([pair])[0].correct


@given(st.text(max_size=200))
def test_no_text_breaks_the_normaliser(text) -> None:
    assert isinstance(normalise(text), str)


@given(st.text(alphabet="0123456789.,$\\{}()[]^_+-*/= abcxyzπ√%°\n", max_size=120))
def test_a_spelled_answer_keeps_no_delimiter_unless_it_is_prose(text) -> None:
    result = normalise(text)
    assert "$" not in result or any(letters.isalpha() for letters in result)


@given(st.text(max_size=60))
def test_the_fast_path_denies_nothing_of_a_gold_that_it_cannot_read(text) -> None:
    answer = normalise(text)
    verdict = fast(answer, "x^{T}")
    assert verdict is None or verdict.correct or "=" in answer or verdict.status in ("undecided", "unparsed")


@pytest.mark.parametrize("flood", ["1 a ", "$1", r"\text{", "1 cm/", "abc, ", "is ", "1,111", r"\frac", "("])
def test_an_essay_is_no_answer_and_costs_no_time(flood) -> None:
    essay = flood * (LONGEST + 1)
    assert fast(normalise(essay), "18").correct is False
    with Grader(workers=1) as grader:
        assert grader.grade([(essay, r"\pi")])[0].status == "unparsed"
        assert grader._pool._idle == []


def test_an_empty_gold_is_an_error() -> None:
    with Grader() as grader, pytest.raises(ValueError, match="gold answer ' ' is empty"):
        grader.grade([("3", " ")])


@pytest.mark.parametrize("answer", [None, "", "  ", "$$", r"\boxed{}"])
def test_no_answer_is_wrong_and_says_so(answer) -> None:
    with Grader() as grader:
        assert grader.grade([(answer, "3")]) == [Outcome(False, "no_answer")]
