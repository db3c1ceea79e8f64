r"""Golds out of `####`, `\boxed` in its forms, floats and `$`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband.data.answers import after_hashes, answer_type, last_boxed, plain_number, without_dollars

balanced = st.recursive(
    st.text(alphabet=r"x12+\frac ", max_size=5).filter(lambda text: not text.endswith("\\")),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: "{" + "{}".join(parts) + "}1"),
    max_leaves=6,
)


@given(balanced)
def test_a_box_gives_back_whatever_balanced_text_stands_in_it(inner: str) -> None:
    assert last_boxed(rf"So \boxed{{0}} is wrong and \boxed{{{inner}}} is right. {{}}") == inner.strip()


@pytest.mark.parametrize(
    ("solution", "gold"),
    [
        (r"first \boxed{1}, then $\boxed{\frac{1}{2}}$.", r"\frac{1}{2}"),
        (r"so $\boxed 5$.", "5"),
        (r"so $x^2 + y^2 = \boxed 9$.", "9"),
        (r"hence \fbox{12} it is", "12"),
        (r"hence $\framebox{204}$ minutes", "204"),
        (r"the set \boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"an escaped brace alone \boxed{\{1, 2)}", r"\{1, 2)"),
        (r"the braces never close \boxed{\frac{1}{2}", ""),
        (r"\boxedness is no box", ""),
        ("no box", ""),
        (r"an empty one \boxed{}", ""),
    ],
)
def test_boxes_in_every_form(solution: str, gold: str) -> None:
    assert last_boxed(solution) == gold


@pytest.mark.parametrize(
    ("solution", "gold"),
    [
        ("48/2=24\n#### 72", "72"),
        ("#### 1,080", "1080"),
        ("#### -109,200,000", "-109200000"),
        ("#### 3 #### 4", "4"),
        ("#### 1,2", "1,2"),
        ("no marker 72", ""),
        ("####", ""),
    ],
)
def test_gsm8k_golds_lose_thousands_commas_only(solution: str, gold: str) -> None:
    assert after_hashes(solution) == gold


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_has_one_form_however_it_is_written(number: int) -> None:
    assert plain_number(number) == plain_number(f"{number}.0") == plain_number(f" {number} ") == str(number)
    assert after_hashes(f"#### {number:,}") == str(number)


def test_numbers_keep_their_decimals_and_lose_leading_zeros() -> None:
    assert plain_number(142.0) == "142"
    assert plain_number("025") == "25"
    assert plain_number(1.5) == "1.5"
    assert plain_number(r"\frac{1}{2}") == r"\frac{1}{2}"


def test_dollar_signs_go_in_both_ways_they_are_left_over() -> None:
    assert without_dollars("$69$,$84$") == without_dollars("69$,$84") == "69,84"
    assert without_dollars(r"$(-\infty, 0) \cup\{1\}$.") == r"(-\infty, 0) \cup\{1\}"


def test_answer_types() -> None:
    assert [answer_type(gold) for gold in ("-3", r"\frac12", "2n-2")] == ["int", "latex", "other"]
