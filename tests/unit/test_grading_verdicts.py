"""Verdicts tables, rewards and the gold self-check."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband.config.evaluation import Grading
from wideband.grading import (
    GRADER_VERSION,
    GradingError,
    check_golds,
    grade_rollouts,
    require_accepted,
    reward,
)
from wideband.tables import read_table, write_table

GRADING = Grading(timeout_s=1.5, workers=1)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

COMPLETIONS = [
    ("a", "<think>2+2</think><answer>4", True, True, 1.0, "exact"),
    ("a", "<think>2+2</think><answer>5", False, True, 0.0, "exact"),
    ("a", "<answer>4</answer>", True, False, 0.8, "exact"),
    ("b", "<think>half</think><answer>\\frac{x}{2x}", True, True, 1.0, "verified"),
    ("b", "<think>half", False, False, -0.2, "no_answer"),
    ("b", "<think>x</think><answer>9^{9^{9}}-9^{9^{9}}", False, True, 0.0, "undecided"),
]


def problems(**golds: str) -> pd.DataFrame:
    """A problems table with these golds."""
    rows = [
        {
            "uid": uid,
            "source": "s",
            "split": "test",
            "task": "math",
            "problem": f"Problem {uid}",
            "gold": gold,
        }
        for uid, gold in golds.items()
    ]
    return pd.DataFrame(rows).assign(level=None, subject=None, year=None, answer_type="other")


def rollouts(completions: list[tuple[str, str]]) -> pd.DataFrame:
    """A rollouts table of (uid, completion) pairs."""
    frame = pd.DataFrame(completions, columns=["uid", "completion"])
    return frame.assign(
        arm="think",
        checkpoint="base",
        slice="test",
        sample=range(len(frame)),
        prompt_sha="0",
        token_ids=None,
        completion_tokens=1,
        prompt_tokens=1,
        finish_reason="stop",
        seed=0,
        engine="none",
        logprob=0.0,
    )


def test_every_rollout_gets_the_verdict_it_deserves(tmp_path) -> None:
    frame = rollouts([row[:2] for row in COMPLETIONS])
    verdicts = grade_rollouts(frame, problems(a="4", b=r"\frac{1}{2}"), "think", GRADING, 0.2)
    assert verdicts["correct"].tolist() == [row[2] for row in COMPLETIONS]
    assert list(verdicts["tag_valid"]) == [row[3] for row in COMPLETIONS]
    np.testing.assert_allclose(verdicts["reward"], [row[4] for row in COMPLETIONS])
    assert list(verdicts["status"]) == [row[5] for row in COMPLETIONS]
    assert set(verdicts["grader_version"]) == {GRADER_VERSION}
    write_table(verdicts, tmp_path / "verdicts.parquet", "verdicts")
    assert len(read_table(tmp_path / "verdicts.parquet", "verdicts")) == len(COMPLETIONS)


def test_a_choice_is_valid_or_not_and_never_right_or_wrong(tmp_path) -> None:
    frame = rollouts([("a", "apple\nis my pick"), ("a", "pear"), ("a", " \n")])
    items = problems(a="").assign(gold=None, task="choice")
    items["options"] = [["apple", "kiwi"]]
    verdicts = grade_rollouts(frame, items, "direct", GRADING, 0.2)
    assert verdicts["valid"].tolist() == [True, False, False]
    assert verdicts["correct"].isna().all() and verdicts["reward"].isna().all()
    assert set(verdicts["status"]) == {"no_gold"}
    write_table(verdicts, tmp_path / "verdicts.parquet", "verdicts")


def test_a_multiple_choice_is_graded_by_the_option_that_was_meant() -> None:
    said = {
        "B": True,
        "b)": True,
        "kiwi": True,
        "The answer is B.": True,
        "A": False,
        "pear": False,
        "": False,
    }
    items = problems(a="B").assign(task="multiple_choice")
    items["options"] = [["apple", "kiwi"]]
    verdicts = grade_rollouts(rollouts([("a", each) for each in said]), items, "direct", GRADING, 0.0)
    assert verdicts["correct"].tolist() == list(said.values())
    assert verdicts["valid"].tolist() == [True] * 5 + [False] * 2
    assert verdicts["status"].tolist() == ["exact"] * 6 + ["no_answer"]


def test_golds_are_checked_of_tasks_whose_answers_the_grader_compares() -> None:
    items = pd.concat([problems(a="4"), problems(b="").assign(gold=None, task="choice")])
    items = pd.concat([items, problems(c="B").assign(task="multiple_choice")], ignore_index=True)
    assert check_golds(items, GRADING)["uid"].tolist() == ["a"]
    assert check_golds(items[1:], GRADING).empty
    require_accepted(check_golds(items[1:], GRADING))


def test_regrading_gives_the_same_table_and_order_does_not_matter() -> None:
    frame = rollouts([row[:2] for row in COMPLETIONS if row[5] in ("exact", "no_answer")])
    golds = problems(a="4", b=r"\frac{1}{2}")
    once = grade_rollouts(frame, golds, "think", GRADING, 0.2)
    pd.testing.assert_frame_equal(once, grade_rollouts(frame, golds, "think", GRADING, 0.2))
    shuffled = grade_rollouts(frame.sample(frac=1, random_state=1), golds, "think", GRADING, 0.2)
    pd.testing.assert_frame_equal(once, shuffled.sort_values("sample", ignore_index=True))


def test_an_empty_rollouts_table_gives_an_empty_verdicts_table(tmp_path) -> None:
    verdicts = grade_rollouts(rollouts([("a", "x")]).iloc[:0], problems(a="4"), "think", GRADING, 0.2)
    write_table(verdicts, tmp_path / "verdicts.parquet", "verdicts")
    assert verdicts.empty


def test_a_rollout_of_an_unknown_problem_is_named() -> None:
    with pytest.raises(ValueError, match="the first is 'zzz'"):
        grade_rollouts(rollouts([("zzz", "x")]), problems(a="4"), "think", GRADING, 0.2)


def test_a_doubled_problem_is_named() -> None:
    doubled = pd.concat([problems(a="4"), problems(a="5")])
    with pytest.raises(ValueError, match="'a' occurs twice"):
        grade_rollouts(rollouts([("a", "x")]), doubled, "think", GRADING, 0.2)


@given(st.lists(st.tuples(st.booleans(), st.booleans())), st.floats(0, 1))
def test_the_reward_is_the_recipes(rows, coefficient) -> None:
    values = reward([row[0] for row in rows], [row[1] for row in rows], coefficient)
    for value, (correct, tag_valid) in zip(values, rows, strict=True):
        assert value == correct + coefficient * (tag_valid - 1)


def test_the_gold_check_tells_what_the_grader_can_do_with_each() -> None:
    golds = problems(a="4", b="69$,$84", c="t(0,4]", d="  ", e="9^{9^{9}}x^{9^{9}}", f="4")
    checked = check_golds(golds, GRADING).set_index("uid")
    assert checked.loc[["a", "b", "c", "d", "f"], "status"].tolist() == [
        "verified",
        "verified",
        "string_only",
        "empty",
        "verified",
    ]
    assert checked["accepted"].drop("e").tolist() == [True, True, True, False, True]
    with pytest.raises(GradingError, match=r"rejects [12] gold answers[^:]*:\n  d: '  ' \(empty\)"):
        require_accepted(checked.reset_index())
    require_accepted(checked.loc[["a", "b", "c"]].reset_index())


def test_every_gold_of_the_olympiad_pool_is_accepted() -> None:
    path = DATA / "pool" / "olympiad_877.jsonl"
    if not path.exists():
        pytest.skip("the real benchmark files (../shared/data) are not on this machine")
    pool = pd.DataFrame(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    checked = check_golds(pool, Grading(timeout_s=20, workers=1))
    assert checked.loc[~checked["accepted"], "uid"].tolist() == []
    assert checked.loc[checked["status"] == "string_only", "gold"].tolist() == ["t(0,4]"]
