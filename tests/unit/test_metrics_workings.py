"""Workings: signatures as the release counts them, arithmetic, and text behind the answer."""

import pytest

from wideband.metrics.workings import MEASURES, arithmetic, runs_on, sorted_numbers, up_to_answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 (for breakfast) + 4 (for muffins) = 7 eggs", r"$$ 4 \text{ eggs} + 3 = 7 $$"),
        ("so 9 eggs × $2 per egg = **$18**.", r"9 \times 2 = 18"),
        ("Left = all - used = 16 – 7 = 9", "16 - 7 = 9 eggs"),
        ("1,200 / 4 = 300", "1200 / 4 = 300"),
    ],
)
def test_equal_sums_are_one_arithmetic_however_they_are_written(one: str, other: str) -> None:
    assert arithmetic(one) == arithmetic(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [("16 - 3 = 13", "3 - 16 = 13"), ("16 - 3 - 4 = 9", "16 - 7 = 9"), ("2 + 3 = 5", "2 × 3 = 5")],
)
def test_other_sums_are_another(one: str, other: str) -> None:
    assert arithmetic(one) != arithmetic(other)


@pytest.mark.parametrize("line", ["1 + " * 100_000, "(" + "a" * 100_000, "1 + 2" + " " * 100_000 + "="])
def test_a_line_without_end_holds_nobody_up(line: str) -> None:
    assert arithmetic(line + "\n3 + 4 = 7") == arithmetic("3 + 4 = 7")


def test_numbers_of_a_list_change_the_signature_but_not_the_arithmetic() -> None:
    texts = ["3 + 4 = 7\n#### 7", "1. 3 + 4 = 7\n2. Done\n#### 7"]
    assert MEASURES["signatures"](texts) == 2
    assert MEASURES["arithmetics"](texts) == 1


def test_the_signature_leaves_out_the_last_answer_alone() -> None:
    assert sorted_numbers("3 + 4 = 7\n#### 7\nno, 8\n#### 8") == ("3", "4", "7", "7", "8")


def test_what_follows_the_first_answer_is_running_on() -> None:
    assert not runs_on("7\n#### 7 \n\n") and not runs_on("no answer 7")
    assert runs_on("7\n#### 7\nYou are a helpful assistant.")
    assert up_to_answer("a\n#### 7\nb") == "a\n"
