"""Importers of rollouts with their text: our own rows, lm-evaluation-harness, inspect_ai."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from import_files import RIGHT, WRONG, entry, inspect_log, inspect_sample, jsonl, lm_eval

from wideband.config.evaluation import Grading
from wideband.grading import grade_rollouts
from wideband.importers import ImportFileError, read_problems, read_tables
from wideband.metrics.cost import cost_table
from wideband.metrics.per_problem import column
from wideband.tables import read_table, write_table


def own(**more: Any) -> dict[str, Any]:
    """A rollout as this project names the fields."""
    row = {"uid": "q1", "completion": RIGHT, "correct": True, "completion_tokens": 12, "prompt_tokens": 9}
    row |= {"finish_reason": "stop"}
    return row | {"gold": "42", "problem": "6 x 7?"} | more


def stored(tables: dict[str, pd.DataFrame], folder: Path) -> dict[str, pd.DataFrame]:
    """The tables written and read back."""
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet", name)
    return {name: read_table(folder / f"{name}.parquet", name) for name in tables}


def test_rollouts_of_ours_become_rollouts_and_verdicts(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "r.jsonl", [own(), own(completion=WRONG, correct=0), own(uid="q2", sample=3)])
    found = stored(read_tables(path.parent, entry("rollouts", path), "plain", 0), tmp_path)
    assert found["rollouts"][["uid", "sample"]].to_numpy().tolist() == [["q1", 0], ["q1", 1], ["q2", 3]]
    assert found["verdicts"]["correct"].tolist() == [True, False, True]
    assert found["verdicts"]["answer"].tolist() == ["42", "41", "42"]
    assert found["verdicts"]["grader"].unique().tolist() == ["imported"]
    cost = cost_table(found["rollouts"], found["verdicts"])
    assert column(cost, "completion_tokens").tolist() == [24, 12]


def test_rollouts_without_verdicts_are_left_to_our_grader(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "r.jsonl", [own(correct=None), own(correct=None, completion=WRONG)])
    made = entry("rollouts", path, grader="wideband")
    tables = read_tables(path.parent, made, "plain", 0)
    assert set(tables) == set(made.tables()) == {"rollouts"}
    problems = read_problems(path.parent, [made], "quiz")
    graded = grade_rollouts(tables["rollouts"], problems, "plain", Grading(workers=1), 0.2)
    assert graded["correct"].tolist() == [True, False]
    with pytest.raises(ImportFileError, match=r"r\.jsonl:1: no verdict; .* --grader wideband"):
        read_tables(path.parent, entry("rollouts", path), "plain", 0)


def test_our_grader_needs_golds(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "r.jsonl", [own(), own(uid="q2", gold=None)])
    with pytest.raises(ImportFileError, match=r"'q2' has no gold, which --grader wideband needs"):
        read_problems(path.parent, [entry("rollouts", path, grader="wideband")], "quiz")


def test_token_counts_may_be_missing_when_the_study_says_so(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "r.jsonl", [own(), own(completion_tokens=None)])
    with pytest.raises(
        ImportFileError,
        match=r"r\.jsonl:2: does not record completion_tokens, .* lacks: \[completion_tokens\]",
    ):
        read_tables(path.parent, entry("rollouts", path), "plain", 0)
    made = entry("rollouts", path, lacks=["completion_tokens"])
    assert (
        stored(read_tables(path.parent, made, "plain", 0), tmp_path)["rollouts"]["completion_tokens"]
        .isna()
        .any()
    )
    assert "cost" not in made.gives() and "cost" in entry("rollouts", path).gives()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (own(correct="yes"), "'correct' must be true or false, but is 'yes'"),
        (own(completion=None), "field 'completion' is missing"),
        (own(completion=7), "'completion' must be text, but is 7"),
        (own(sample=0), "sample 0 of problem 'q1' again, first at"),
    ],
)
def test_malformed_rollouts_are_named_by_line(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    path = jsonl(tmp_path / "r.jsonl", [own(sample=0), row])
    with pytest.raises(ImportFileError) as error:
        read_tables(path.parent, entry("rollouts", path), "plain", 0)
    assert f"{path}:2: " in str(error.value) and said in str(error.value)


def test_samples_of_the_harness(tmp_path: Path) -> None:
    rows = [lm_eval(), lm_eval(doc_id=1, resps=[[WRONG]], exact_match=0.0)]
    path = jsonl(tmp_path / "samples_quiz.jsonl", rows)
    made = entry("lm_eval", path)
    found = stored(read_tables(path.parent, made, "plain", 0), tmp_path)
    assert found["verdicts"][["uid", "correct"]].to_numpy().tolist() == [["0", True], ["1", False]]
    assert found["rollouts"]["completion"].tolist() == [RIGHT, WRONG]
    assert "cost" not in made.gives()
    problems = read_problems(path.parent, [made], "quiz")
    assert problems[["problem", "gold"]].iloc[0].tolist() == ["6 x 7?", "42"]


def test_filters_metrics_and_repeats_of_the_harness(tmp_path: Path) -> None:
    path = tmp_path / "samples_quiz.jsonl"
    jsonl(path, [lm_eval(filter="strict"), lm_eval(filter="flexible", exact_match=0.0)])
    with pytest.raises(ImportFileError, match="filters flexible, strict; choose one by --filter strict"):
        read_tables(path.parent, entry("lm_eval", path), "plain", 0)
    chosen = read_tables(path.parent, entry("lm_eval", path, where={"filter": "flexible"}), "plain", 0)
    assert chosen["verdicts"]["correct"].tolist() == [False]
    jsonl(path, [lm_eval(metrics=["exact_match", "other"], other=0.0)])
    with pytest.raises(ImportFileError, match=r"samples_quiz\.jsonl:1: .*say by --verdict which"):
        read_tables(path.parent, entry("lm_eval", path), "plain", 0)
    assert not read_tables(path.parent, entry("lm_eval", path, verdict="other"), "plain", 0)["verdicts"][
        "correct"
    ][0]
    jsonl(path, [lm_eval(resps=[[RIGHT, WRONG]])])
    with pytest.raises(ImportFileError, match=r"one recorded value of exact_match for 2 responses"):
        read_tables(path.parent, entry("lm_eval", path), "plain", 0)
    assert (
        len(read_tables(path.parent, entry("lm_eval", path, grader="wideband"), "plain", 0)["rollouts"]) == 2
    )
    jsonl(path, [lm_eval(resps=[[[-1.2, True]]])])
    with pytest.raises(ImportFileError, match="'resps' must be a list of generated texts"):
        read_tables(path.parent, entry("lm_eval", path), "plain", 0)


def test_a_log_of_inspect(tmp_path: Path) -> None:
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": WRONG}]
    output = {"choices": [{"message": {"content": parts}, "stop_reason": "max_tokens"}]}
    wrong = {"epoch": 2, "scores": {"match": {"value": "I"}}}
    usage = {"usage": {"input_tokens": 9, "output_tokens": 40}}
    samples = [inspect_sample(), inspect_sample(output=output | usage, **wrong)]
    path = inspect_log(tmp_path / "log.json", samples)
    made = entry("inspect", path)
    found = stored(read_tables(path.parent, made, "plain", 0), tmp_path)
    assert found["rollouts"][["uid", "sample", "completion_tokens", "finish_reason"]].to_numpy().tolist() == [
        ["1", 0, 12, "stop"],
        ["1", 1, 40, "length"],
    ]
    assert found["rollouts"]["completion"].tolist() == [RIGHT, WRONG]
    assert found["verdicts"]["correct"].tolist() == [True, False]
    problem = read_problems(path.parent, [made], "quiz").iloc[0]
    assert problem[["problem", "gold", "level"]].tolist() == ["6 x 7?", "42", 3]


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (inspect_sample(scores={"a": {"value": "C"}, "b": {"value": "I"}}), "scorers a, b; say by --verdict"),
        (
            inspect_sample(scores={"match": {"value": 0.5}}),
            "match is 0.5, neither right nor wrong; say from which score",
        ),
        (inspect_sample(error={"message": "boom"}), "1 ended in an error (boom) missing"),
        (inspect_sample(scores=None), "field 'scores' is missing"),
    ],
)
def test_samples_without_a_verdict_are_named(tmp_path: Path, sample: dict[str, Any], said: str) -> None:
    path = inspect_log(tmp_path / "log.json", [sample, inspect_sample(epoch=5)])
    with pytest.raises(ImportFileError) as error:
        read_tables(path.parent, entry("inspect", path), "plain", 0)
    assert said in str(error.value)


def test_one_scorer_of_several_is_chosen_by_name(tmp_path: Path) -> None:
    scores = {"a": {"value": "C"}, "b": {"value": 0}}
    path = inspect_log(tmp_path / "log.json", [inspect_sample(scores=scores)])
    for name, correct in (("a", True), ("b", False)):
        found = read_tables(path.parent, entry("inspect", path, verdict=name), "plain", 0)
        assert found["verdicts"]["correct"].tolist() == [correct]
