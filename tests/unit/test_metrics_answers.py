"""Metrics by item: what each says of a known law, and the table of all of them."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from metric_tables import of

from wideband import tasks
from wideband.config import load_study
from wideband.errors import WidebandError
from wideband.metrics import by_item
from wideband.metrics.answers import answers_table, around_answers
from wideband.metrics.by_item import Item
from wideband.metrics.per_problem import MetricError

KEY = {"arm": "a", "checkpoint": "base", "slice": "s"}
EVEN = np.full(4, 0.25)
# Half of the mass is valid, and that is 4 : 2 : 1 : 1.
SKEWED = Item(
    EVEN,
    np.log(np.array([0.25, 0.125, 0.0625, 0.0625])),
    counts=np.array([6, 2, 0, 0]),
    draws=10,
    around=(("", "5"), *[("", "")] * 9),
    sizes=np.array([1, 3, 1, 1]),
    right=0,
)
# Of eight draws from the target itself, by the binomial law of each count.
FLOOR = 2 * sum(math.comb(8, x) * 0.25**x * 0.75 ** (8 - x) * abs(x / 8 - 0.25) for x in range(9))
EXPECTED = {
    "total_variation": 0.25,
    "total_variation_invalid": 0.5,
    "entropy": 1.75 * math.log(2),
    "effective_answers": 2**1.75,
    "valid_mass": 0.5,
    "top_mass": 0.5,
    "loglikelihood_accuracy": 1,
    "loglikelihood_accuracy_by_length": 0,
    "sampled_valid": 0.8,
    "sampled_variation": 0.5,
    "variation_floor": FLOOR,
    "excess_variation": 0.5 - FLOOR,
    "chi_square": 12,
    "chi_square_reduced": 4,
    "chi_square_p": 0.0079,
    "run_on_rate": 0.1,
    "signatures_up_to_answer": 1,
    "signatures_whole_text": 2,
    "order_spread": math.nan,
    "wording_spread": math.nan,
}


def test_every_metric_says_of_a_known_law_what_it_must() -> None:
    others = {"distribution", "passage", "text", "classes"}
    names = [name for name in by_item.names() if not others & by_item.load(name).needs]
    found = {name: by_item.load(name)(SKEWED) for name in names}
    assert found == pytest.approx(EXPECTED, nan_ok=True)
    for name, value in found.items():
        each = by_item.load(name)
        low, high = each.range(each.n(SKEWED)) or (-math.inf, math.inf)
        assert math.isnan(value) or low <= value <= high


def test_every_title_is_a_line_without_numerals() -> None:
    """Numerals in the report are bound to numbers."""
    assert not [name for name in by_item.names() if re.search(r"\d|\n", by_item.title(name))]


def test_an_unknown_metric_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(WidebandError, match="did you mean 'top_mass'"):
        by_item.load("top_masses")


@pytest.mark.parametrize(
    ("gives", "tables", "there", "absent"),
    [
        (
            {"answer", "options", "law"},
            {"loglikelihoods", "verdicts"},
            "chi_square",
            "loglikelihood_accuracy",
        ),
        ({"answer", "options", "law"}, {"verdicts"}, "sampled_variation", "entropy"),
        (
            {"gold", "answer", "options"},
            {"loglikelihoods", "verdicts"},
            "loglikelihood_accuracy",
            "chi_square",
        ),
    ],
)
def test_a_metric_applies_where_its_task_and_tables_are(
    gives: set[str], tables: set[str], there: str, absent: str
) -> None:
    found = by_item.applying(gives, tables.__contains__)
    assert there in found
    assert absent not in found


WORKINGS = ["run_on_rate", "signatures_up_to_answer", "signatures_whole_text"]


def test_math_has_metrics_of_its_texts_alone_where_completions_may_go_on() -> None:
    assert by_item.applying(tasks.load("math").GIVES, lambda _: True) == WORKINGS
    study, arm = load_study("nano"), "plain"
    assert study.metrics(arm, "base", "gsm8k_test") == []
    free = study.model_copy(update={"arms": {arm: study.arms[arm].model_copy(update={"scaffold": "free"})}})
    assert free.metrics(arm, "base", "gsm8k_test") == WORKINGS
    direct = study.model_copy(
        update={"arms": {arm: study.arms[arm].model_copy(update={"scaffold": "direct"})}}
    )
    assert direct.metrics(arm, "base", "gsm8k_test") == WORKINGS


def test_signatures_are_counted_up_to_the_answer_and_with_what_follows_it() -> None:
    """Two ways to the answer, in any order of their numbers; text behind the answer makes a third."""
    texts = {
        "p0": ["2 + 3 = 5\n#### 5", "5 = 3 + 2.0\n#### 5\nNext: 9", "2 * 3 - 1\n#### 5", "2 + 3 = 5\n#### 7"],
        "p1": ["none"],
    }
    items = pd.DataFrame(
        {"uid": ["p1", "p0"], "task": "math", "space": None, "problem": "?", "options": None, "gold": "5"}
    )
    rows = [(uid, sample, text) for uid, each in texts.items() for sample, text in enumerate(each)]
    around = around_answers(pd.DataFrame(rows, columns=["uid", "sample", "completion"]), "free", "math")
    table = answers_table(KEY, items, None, None, WORKINGS, around)
    found = {metric: of(table, "p0", metric) for metric in WORKINGS}
    assert found == {"run_on_rate": 0.25, "signatures_up_to_answer": 2, "signatures_whole_text": 3}
    assert table["n"].tolist() == [4] * 3 + [1] * 3
    assert [of(table, "p1", metric) for metric in WORKINGS] == [0, 1, 1]


ITEMS = pd.DataFrame(
    [
        ("n0", "choice", "digits", "Any of 1, 2, 3?", list("123"), None),
        ("n1", "choice", "digits", "Any of 3, 2, 1?", list("123"), None),
        ("n2", "choice", "digits", "Pick from 1, 2, 3.", list("123"), None),
        ("q0", "multiple_choice", None, "Even?", ["one", "four"], "four"),
        ("q1", "multiple_choice", None, "Odd?", ["one", "four"], "A"),
    ],
    columns=["uid", "task", "space", "problem", "options", "gold"],
)
LAWS = {
    "n0": {"1": 0.5, "2": 0.25, "3": 0.25},
    "n1": {"1": 0.25, "2": 0.25, "3": 0.5},
    "n2": {"1": 0.25, "2": 0.5, "3": 0.25},
    "q0": {"A": 0.25, "B": 0.5},
    "q1": {"A": 0.25, "B": 0.5},
}
SAMPLED = {"n0": ["1", " 1.", "4", None], "n1": ["3"], "n2": [], "q0": ["B", "four"], "q1": ["(A) one"]}
EXACT = pd.DataFrame(
    [
        {
            **KEY,
            "uid": uid,
            "option": option,
            "logprob": math.log(mass),
            "tokens": 2,
            "target_mass": 1 / len(law),
            "per_prefix": 0.0,
        }
        for uid, law in LAWS.items()
        for option, mass in law.items()
    ]
)
VERDICTS = pd.DataFrame(
    [
        {**KEY, "uid": uid, "sample": sample, "answer": answer}
        for uid, answers in SAMPLED.items()
        for sample, answer in enumerate(answers)
    ]
)


def test_answers_are_read_and_matched_as_their_task_says() -> None:
    table = answers_table(KEY, ITEMS, EXACT, VERDICTS, sorted(EXPECTED))
    assert of(table, "n0", "sampled_valid") == 0.5
    assert of(table, "q0", "sampled_valid") == 1
    # The gold may be written as an option or as its letter.
    assert [of(table, uid, "loglikelihood_accuracy") for uid in ("q0", "q1")] == [1, 0]
    assert math.isnan(of(table, "n0", "loglikelihood_accuracy"))
    assert math.isnan(of(table, "n2", "sampled_variation"))
    rows = table[table["metric"] == "sampled_valid"]
    assert rows["n"].tolist() == [4, 1, 0, 2, 1]


TALES = pd.DataFrame(
    {"uid": ["t0", "t1"], "task": "open", "space": "places", "problem": "?", "options": None, "gold": None}
)
TOLD = {"t0": ["Paris", " paris.", "Rome", None], "t1": [None, ""]}
OPEN = ["first_tokens", "top_answer_share", "unique_answers"]


def test_texts_that_differ_in_case_and_punctuation_only_are_one_answer() -> None:
    rows = [
        {**KEY, "uid": uid, "sample": sample, "answer": answer}
        for uid, answers in TOLD.items()
        for sample, answer in enumerate(answers)
    ]
    first = pd.DataFrame({"uid": ["t1", "t0"], "support_90": [1, 7]})
    assert by_item.applying(tasks.load("open").GIVES, lambda _: True) == OPEN
    table = answers_table(KEY, TALES, None, pd.DataFrame(rows), OPEN, None, first)
    # Of four completions two say Paris; one that says nothing stays in the denominator.
    assert [of(table, "t0", metric) for metric in OPEN] == [7, 0.5, 2]
    assert of(table, "t1", "first_tokens") == 1
    # It rests on one law, whatever the number of options, of which there are none here.
    assert (table.loc[table["metric"] == "first_tokens", "n"] == 1).all()
    assert all(math.isnan(of(table, "t1", metric)) for metric in OPEN[1:])


def test_spreads_compare_items_that_differ_in_nothing_else() -> None:
    table = answers_table(KEY, ITEMS, EXACT, None, ["order_spread", "wording_spread"])
    assert of(table, "n0", "order_spread") == of(table, "n1", "order_spread") == pytest.approx(0.25)
    assert of(table, "n0", "wording_spread") == of(table, "n2", "wording_spread") == pytest.approx(0.25)
    assert math.isnan(of(table, "n1", "wording_spread"))
    # Letters are no space: questions that have the same ones are not compared.
    assert math.isnan(of(table, "q0", "wording_spread"))


def test_loglikelihoods_of_other_answers_are_an_error_that_names_the_item() -> None:
    with pytest.raises(MetricError, match="n1: loglikelihoods are of other answers"):
        answers_table(KEY, ITEMS, EXACT[EXACT["uid"] != "n1"], None, ["entropy"])
