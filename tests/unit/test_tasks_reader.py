"""What is read of a completion follows the item's task: one arm may have choices and problems."""

import pandas as pd
import pytest

from wideband import tasks
from wideband.config.evaluation import Grading
from wideband.grading import grade_rollouts

WORKING = "She has 3 apples and buys 4.\nThat is 3 + 4 = 7.\n"


@pytest.mark.parametrize(
    ("completion", "answer", "after"),
    [
        ("7", "7", ""),
        ("$7.\nQuestion: how many are 8?", "$7.", "Question: how many are 8?"),
        (WORKING + "#### 7", "7", ""),
        (WORKING + "#### 7\n\nQuestion: and 9?", "7", "Question: and 9?"),
        (WORKING + "The answer is 7.\nAnd then there is more.", "7", "And then there is more."),
        (WORKING + r"So \boxed{7}.", "7", ""),
        (WORKING + "So she has 7 apples in all, as was to be shown.", "7", ""),
        ("She has 3 apples and buys 4, which makes 7 of them", "7", ""),
        ("3 + 4 = 7\n7 - 2 = 5", "5", ""),
        ("Step 1:\n3 + 4 makes 7", "7", ""),
        (r"\frac{x^2}{3}", r"\frac{x^2}{3}", ""),
        ("x^2 + 1", "x^2 + 1", ""),
        ("I do not know the answer to this.", "I do not know the answer to this.", ""),
        ("", None, ""),
    ],
)
def test_a_problem_is_read_in_all_of_a_direct_completion(
    completion: str, answer: str | None, after: str
) -> None:
    reader = tasks.reader("math", "direct")
    assert reader.parse(completion).answer == answer
    assert reader.around(completion)[1] == after


@pytest.mark.parametrize("task", ["choice", "law", "multiple_choice"])
def test_a_choice_is_read_on_the_first_line(task: str) -> None:
    parsed = tasks.reader(task, "direct").parse("7\nThe answer is 8.")
    assert (parsed.answer, parsed.rest) == ("7", "The answer is 8.")


@pytest.mark.parametrize("scaffold", ["think", "ssot", "plain", "free"])
def test_a_scaffold_with_a_place_for_the_answer_reads_it_there(scaffold: str) -> None:
    assert tasks.reader("math", scaffold).name == scaffold


def test_items_of_several_tasks_are_graded_in_one_table() -> None:
    items = pd.DataFrame(
        {
            "uid": ["p", "c"],
            "task": ["math", "choice"],
            "gold": ["7", None],
            "options": [None, ["7", "8"]],
        }
    )
    drawn = pd.DataFrame(
        {
            "arm": "a",
            "checkpoint": "base",
            "slice": "s",
            "uid": ["p", "c"],
            "sample": 0,
            "completion": [WORKING + "So it is 7 in all, I think.", "8\nor 7"],
        }
    )
    verdicts = grade_rollouts(drawn, items, "direct", Grading(workers=1), 0.0)
    assert verdicts["answer"].tolist() == ["7", "8"]
    assert verdicts["correct"].tolist() == [True, pd.NA]
    assert verdicts["valid"].all()
