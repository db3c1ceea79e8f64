"""NoveltyBench's partition, distinct and utility, and what stands in for its models."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest
from metric_tables import of

from wideband import tasks
from wideband.metrics import by_item, novelty
from wideband.metrics.answers import answers_table

DATA = Path(__file__).parents[3] / "shared/data/tasks/noveltybench"
NAME = "example_gemini-1.5-pro_curated"


@pytest.mark.skipif(not DATA.is_dir(), reason="needs NoveltyBench's scored example")
def test_the_released_example_comes_out() -> None:
    rows = [json.loads(line) for line in (DATA / f"{NAME}_scores.jsonl").open()]
    summary = json.loads((DATA / f"{NAME}_summary.json").read_text())
    for row in rows:
        classes = row["partition"]
        # Their classifier's word on every pair that it was asked about.
        same = {
            (row["generations"][classes.index(each)], row["generations"][place])
            for place, each in enumerate(classes)
        }
        again = novelty.partition(row["generations"], lambda *pair, same=same: pair in same)
        assert again == classes
        scores = [row["partition_scores"][each] for each in classes]
        assert novelty.utility(classes, scores) == pytest.approx(row["utility"], abs=1e-12)
    utilities = [
        novelty.utility(row["partition"], [row["partition_scores"][each] for each in row["partition"]])
        for row in rows
    ]
    assert sum(utilities) / len(rows) == pytest.approx(summary["mean_utility"], abs=1e-12)
    counted = sum(novelty.distinct(row["partition"]) for row in rows) / len(rows)
    assert counted == pytest.approx(summary["mean_distinct"] + 1, abs=1e-12)


def test_a_class_is_represented_by_its_first_member() -> None:
    """Near is not transitive: the third is near the second, but not near the first."""
    assert novelty.partition(["0", "1", "2", "0"], lambda a, b: abs(int(a) - int(b)) <= 1) == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Paris", "paris", True),
        ("Paris", "Rome", False),
        ("the city of Paris", "the city of Rome", True),
        ("A long walk by the sea at night", "A long walk by the sea in the morning", True),
        ("A long walk by the sea at night", "Cooking something new with one of your friends", False),
        ("?!", "?!", True),
    ],
)
def test_answers_with_mostly_the_same_words_are_the_same(one: str, other: str, same: bool) -> None:
    assert novelty.same_words(one, other) is novelty.same_words(other, one) is same


def test_an_item_has_its_classes_and_utility_and_an_empty_answer_is_worth_nothing() -> None:
    key = {"arm": "a", "checkpoint": "base", "slice": "s"}
    items = pd.DataFrame(
        {"uid": ["n0", "n1"], "task": "novelty", "space": None, "problem": "?", "options": None, "gold": None}
    )
    # Stored in another order than they were sampled in.
    said = [("n0", 2, "Rome"), ("n0", 0, None), ("n0", 3, "paris"), ("n0", 1, "Paris"), ("n1", 0, None)]
    rows = [{**key, "uid": uid, "sample": sample, "answer": answer} for uid, sample, answer in said]
    names = [name for name in by_item.applying(tasks.load("novelty").GIVES, {"verdicts"}.__contains__)]
    assert {"distinct_by_words", "utility_by_words", "unique_answers"} <= set(names)
    table = answers_table(key, items, None, pd.DataFrame(rows), names)
    assert of(table, "n0", "distinct_by_words") == 2
    weights = [1, 0.8, 0.8**2, 0.8**3]
    assert of(table, "n0", "utility_by_words") == pytest.approx(10 * sum(weights[1:3]) / sum(weights))
    assert all(math.isnan(of(table, "n1", name)) for name in ("distinct_by_words", "utility_by_words"))
