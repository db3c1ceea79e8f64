"""The normal form under which two texts are one problem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband.data.text import normalise

numbers = st.lists(st.integers(0, 200), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is $x+y$?", "what is\n x + y"),
        (r"Compute $a x^{2}+b$.", r"Compute \[ax^2 + b.\]"),
        (r"$f(12) - f(2)?$", r"$f(12)-f(2)$?"),
        (r"One focus is at $(d, 7)$. Compute $d$.", r"One focus is at $(d,7).$  Compute $d.$"),
        (r"$\left( 3, \dfrac{1}{2} \right)$", r"$(3,\frac{1}{2})$"),
        (r"$a\,b \quad \text { and } c$", r"$ab \text{and} c$"),
        ("\uff11\uff12 apples", "12 apples"),
        ("ﬁnd it", "find it"),
    ],
)
def test_typesetting_does_not_make_another_problem(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$z^4 + z^2 + 1$", "$z^4 - z^2 + 1$"),
        ("1.5 metres", "15 metres"),
        ("the list 1, 23", "the list 12, 3"),
        (r"$\frac{1}{23}$", r"$\frac{12}{3}$"),
        (r"$x \leftarrow y$", r"$x \arrow y$"),
        ("$n!$", "$n$"),
    ],
)
def test_mathematics_does(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(numbers, numbers)
def test_lists_of_numbers_are_equal_only_when_they_are(one: list[int], other: list[int]) -> None:
    texts = [normalise("Add " + ", ".join(map(str, values)) + ".") for values in (one, other)]
    assert (texts[0] == texts[1]) == (one == other)


@given(st.text(alphabet="abc123+-=^_() ,.$", max_size=40))
def test_more_white_space_changes_nothing(text: str) -> None:
    assert normalise(text.replace(" ", " \n ")) == normalise(text) == normalise(f" {text} ")
