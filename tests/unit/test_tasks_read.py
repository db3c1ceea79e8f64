"""What a completion answers, by the kind of its task."""

import pytest

from wideband import tasks
from wideband.config.sources import WITHOUT_GOLD
from wideband.scaffolds import Parsed, get
from wideband.spaces.distribution import Distribution

FRUITS = ["apple", "kiwi", "Star fruit"]


def outcome(task: str, answer: str | None, options: list[str] | None = None) -> str | None:
    return tasks.load(task).read(Parsed(None, answer, answer is not None), options or []).outcome


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("apple", "apple"),
        (" Apple. ", "apple"),
        ("“kiwi”", "kiwi"),
        ("star  fruit", "Star fruit"),
        ("\uff2b\uff29\uff37\uff29", "kiwi"),
        ("an apple", None),
        ("apple, kiwi", None),
        ("banana", None),
        ("", None),
        (None, None),
    ],
)
def test_a_choice_is_one_of_the_options_and_nothing_else(answer: str | None, expected: str | None) -> None:
    assert outcome("choice", answer, FRUITS) == expected


def test_tasks_without_a_gold_are_those_that_sources_know_as_such() -> None:
    assert set(WITHOUT_GOLD) == {name for name in tasks.names() if "gold" not in tasks.load(name).GIVES}


def test_options_that_differ_in_letter_case_only_are_told_apart_by_it() -> None:
    assert outcome("choice", "a", ["a", "A"]) == "a"
    assert outcome("choice", "A", ["a", "A"]) == "A"
    assert outcome("choice", "a.", ["a", "A"]) is None


def test_options_that_are_signs_are_found() -> None:
    assert outcome("choice", "♥", ["♥", "♠"]) == "♥"
    assert outcome("choice", "-1", ["1", "-1"]) == "-1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("B", "B"),
        ("(b)", "B"),
        ("The answer is B.", "B"),
        ("kiwi", "B"),
        ("B) kiwi", "B"),
        ("D", None),
        ("Best", None),
    ],
)
def test_a_multiple_choice_is_a_letter_or_an_options_text(answer: str, expected: str | None) -> None:
    assert outcome("multiple_choice", answer, FRUITS) == expected


def test_open_texts_are_valid_as_they_are() -> None:
    assert outcome("open", "A tale\n of two") == "A tale of two"
    assert outcome("open", "") is None


def test_an_open_text_is_all_of_a_direct_completion() -> None:
    said = Parsed(None, "A tale", True, "of two cities")
    assert tasks.load("open").read(said, []).outcome == "A tale of two cities"


UNIFORM = Distribution("uniform", (("a", 0.0), ("b", 1.0)), ("0.0", "0.5", "1.0"))
SEEDED = "<random_string>q8!Zk 0.25 kiwi</random_string><thinking>apple?</thinking><answer>{}</answer>"


@pytest.mark.parametrize(
    ("task", "answer", "valid", "expected"),
    [
        ("choice", "Kiwi", FRUITS, "kiwi"),
        ("choice", "a kiwi", FRUITS, None),
        ("open", "A tale of two", (), "A tale of two"),
        ("law", "0.5", UNIFORM, "0.5"),
        ("law", "about 0.5", UNIFORM, None),
    ],
)
def test_an_answer_behind_a_random_string_is_read_as_any_other(
    task: str, answer: str, valid: object, expected: str | None
) -> None:
    parsed = get("ssot").parse(SEEDED.format(answer))
    assert tasks.load(task).read(parsed, valid).outcome == expected


def test_math_answers_with_one_normal_form_are_one_answer() -> None:
    assert outcome("math", r"\dfrac{1}{2}") == outcome("math", r"\frac12")
    assert outcome("math", None) is None
