"""Which letter a written multiple-choice question marks right, however it does so."""

from collections import Counter

import pandas as pd
import pytest
from metric_tables import of

from wideband import tasks
from wideband.config.data import Data, Slice
from wideband.data.slices import build_slice
from wideband.metrics import by_item
from wideband.metrics.answers import answers_table
from wideband.metrics.sampled_laws import floor
from wideband.scaffolds import Parsed, get

LETTERS = ["A", "B", "C", "D"]
OPTIONS = "Question: Capital of France?\nA. Rome\nB. Paris\nC. Bonn\nD. Oslo\n"


def read(text: str, scaffold: str = "direct") -> str | None:
    return tasks.load("position").read(get(scaffold).parse(text), LETTERS).outcome


@pytest.mark.parametrize(
    "end",
    [
        "Correct Answer: B\nExplanation: A is in Italy.",
        "Correct answer: B) Paris",
        "**Correct Answer:** **B**",
        "**Correct answer: B. Paris**",
        "Answer: (b)",
        "Answer:\nB",
        "The correct answer is B.",
        "The correct answer is B because it is so.",
        "The right option is: option B",
        "Correct option - B",
        "Correct answer: Paris",
        "ANSWER = B",
        "Answer key: B",
        r"Answer: $\boxed{B}$",
        "Correct answer: [B]",
        "Correct answer: B\n\nQuestion: 2 + 2?\nA. 1\nB. 2\nC. 4\nD. 5\nCorrect answer: C",
        "Correct Answer: B\nThe correct answer is not A.",
    ],
)
def test_a_letter_stated_behind_the_options_is_read(end: str) -> None:
    assert read(OPTIONS + end) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "Capital of France?\nA) Rome\nB) Paris (correct)\nC) Bonn\nD) Oslo",
        "Capital of France?\nA) Rome\nB) Paris \u2713\nC) Bonn\nD) Oslo",
        "Capital of France?\n(a) Rome\n(b) Paris <- correct answer\n(c) Bonn\n(d) Oslo",
        "Capital of France?\n[ ] A. Rome\n[x] B. Paris\n[ ] C. Bonn\n[ ] D. Oslo",
        "Capital of France?\nA. Rome\n*B. Paris\nC. Bonn\nD. Oslo",
        "Capital of France?\n- **A.** Rome\n- **B.** Paris **(Correct Answer)**\n- **C.** Bonn",
        '{"question": "Capital of France?", "options": ["Rome", "Paris"], "correct_answer": "B"}',
    ],
)
def test_a_letter_marked_among_the_options_is_read(text: str) -> None:
    assert read(text) == "B"


ASKED = ("Select", "Choose", "Pick", "Which of these is", "Mark")
LINES, ONE_LINE = "A) Rome\nB) Bonn\nC) Paris\nD) Oslo\n", "A) Rome B) Bonn C) Paris D) Oslo\n"


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    "end", [" the correct answer:\n", " the correct option: ", " the right answer - a or b?\n"]
)
@pytest.mark.parametrize("options", [LINES, ONE_LINE])
def test_a_question_that_speaks_of_the_answer_states_none(asked: str, end: str, options: str) -> None:
    begun = f"Capital of France? {asked}{end}{options}"
    assert read(begun) is None
    assert read(f"{begun}Correct answer: C") == "C"
    assert read(f"{begun}Correct answer:\nC\nA) Rome is in Italy.\nB) Bonn is not.") == "C"


def test_an_option_below_a_statement_is_read_where_it_was_written_before() -> None:
    assert read("Capital of France?\n" + LINES + "Correct answer:\nC) Paris") == "C"
    assert read("Capital of France?\n" + LINES + "The answer:\nA) No, that is in Italy.") is None
    assert read("Give the answer:\nA) Rome") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure! Here is a question.",
        OPTIONS,
        OPTIONS + "Correct answer:",
        OPTIONS + "Correct answer: E",
        OPTIONS + "Correct answer: A and B",
        OPTIONS + "Correct answer: [A/B/C/D]",
        OPTIONS + "Correct answer: A, C",
        OPTIONS + "Correct answer: London",
        OPTIONS + "Correct answer: A capital that is known to all",
        OPTIONS + "The correct answer is a matter of taste.",
        OPTIONS + "The correct answer is not B.",
        "Capital of France?\nA) Left\nB) Right\nC) Up\nD) Down",
        "Capital of France?\nA) Rome (correct)\nB) Paris (correct)\nC) Bonn\nD) Oslo",
        "* A. Rome\n* B. Paris\n* C. Bonn\n* D. Oslo",
        "Capital of France?\nA. Rome\nB. Paris\nCorrect answer: D",
        "B",
    ],
)
def test_what_marks_no_letter_or_several_is_invalid(text: str) -> None:
    assert read(text) is None


def test_an_answer_is_read_like_what_was_written() -> None:
    """Verdicts keep the answer, and metrics read it again."""
    task = tasks.load("position")
    first = task.read(get("direct").parse(OPTIONS + "Correct answer: Paris"), LETTERS)
    assert first.answer == "Answer: B"
    assert task.read(Parsed(None, first.answer, True), LETTERS) == first


def test_a_long_text_is_read_in_a_moment() -> None:
    marks = ("A) (" * 40_000, "B) " + "* " * 50_000, "*" * 100_000)
    for text in (*marks, "answer " * 40_000, "Answer:\n" * 40_000, "Answer: " + "(" * 100_000):
        assert read(text) is None


def test_a_question_inside_an_answer_tag_is_read() -> None:
    assert read(f"<answer>{OPTIONS}Correct answer: C</answer>", "plain") == "C"


def test_letters_are_held_against_uniform_and_invalid_ones_stay_in_the_denominator() -> None:
    part = Slice(source="written_questions", split="test")
    items = build_slice("written", Data(slices={"written": part})).iloc[:2]
    assert len(build_slice("written", Data(slices={"written": part}))) == 12
    key = {"arm": "a", "checkpoint": "base", "slice": "written"}
    first, second = items["uid"]
    texts = [*["Answer: A"] * 6, *["Answer: B"] * 2, None, None]
    rows = [
        {**key, "uid": uid, "sample": sample, "answer": answer}
        for uid, answers in ((first, texts), (second, [None] * 10))
        for sample, answer in enumerate(answers)
    ]
    names = by_item.applying(tasks.load("position").GIVES, {"verdicts"}.__contains__)
    assert {"sampled_variation", "variation_floor", "excess_variation", "sampled_valid"} <= set(names)
    table = answers_table(key, items, None, pd.DataFrame(rows), names)
    assert of(table, first, "sampled_valid") == 0.8
    assert of(table, first, "sampled_variation") == 0.5
    assert of(table, first, "variation_floor") == pytest.approx(floor([0.25] * 4, 8))
    # Nothing can be read: no distance, and certainly not 0.
    assert of(table, second, "sampled_valid") == 0
    assert Counter(table[table["uid"] == second].dropna()["metric"]) == {"sampled_valid": 1}
