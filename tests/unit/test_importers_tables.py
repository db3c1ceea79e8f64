"""Importers of counts, metrics, logs, curves, problems and policies: good, other and broken files."""

import json
from pathlib import Path
from typing import Any

import pytest
from import_files import counts, entry, jsonl

from wideband.band import classify
from wideband.config.import_file import Import
from wideband.importers import (
    ImportFileError,
    read_counts,
    read_curve,
    read_metrics,
    read_policy,
    read_problems,
    read_tables,
    read_training_log,
)
from wideband.metrics.passk import curve, passk_table
from wideband.tables import read_table, write_table


@pytest.mark.parametrize("n", [1, 4, 16])
def test_counts_become_verdicts_that_every_rule_reads(tmp_path: Path, n: int) -> None:
    path = jsonl(tmp_path / "a.jsonl", counts(n))
    found = read_counts(path, entry("counts", path, n=n))["verdicts"]
    write_table(found, tmp_path / "v.parquet", "verdicts")
    stored = read_table(tmp_path / "v.parquet", "verdicts")
    assert len(stored) == 3 * n
    assert curve(passk_table(stored))[1] == pytest.approx((0 + 1 / n + 1) / 3)
    bands = classify(stored).set_index("uid")["band"].to_dict()
    middle = "variance_band" if n > 1 else "all_one"
    assert bands == {"q0": "all_zero", "q1": middle, "q4": "all_one"}


def test_counts_stand_in_a_list_of_an_object_under_their_own_names(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    rows = [{"year": 2024, "problem_idx": i, "n": 16, "correct": i} for i in range(3)]
    path.write_text(json.dumps({"tag": "x", "per_problem": rows}))
    found = read_counts(path, entry("counts", path, uid="aime{year}_{problem_idx}"))["verdicts"]
    assert found.groupby("uid")["correct"].sum().to_dict() == {f"aime2024_{i}": i for i in range(3)}


def test_several_policies_of_one_file_are_told_apart(tmp_path: Path) -> None:
    rows = [{**row, "label": label} for label in ("x", "y", "z") for row in counts()]
    path = jsonl(tmp_path / "a.jsonl", rows)
    assert len(read_counts(path, entry("counts", path, where={"label": "y"}))["verdicts"]) == 12
    with pytest.raises(ImportFileError, match=r"no row has .*'q'.*x.*y.*z.*correct --where"):
        read_counts(path, entry("counts", path, where={"label": "q"}))
    with pytest.raises(ImportFileError, match=r"a\.jsonl:4: problem 'q0' again, first at .*a\.jsonl:1"):
        read_counts(path, entry("counts", path))


BROKEN: dict[str, tuple[dict[str, Any] | str, str]] = {
    "no count": ({"uid": "q9", "n_samples": 4}, "field 'n_correct' is missing"),
    "no uid": ({"n_samples": 4, "n_correct": 1}, "field 'uid' is missing"),
    "more than all": ({"uid": "q9", "n_samples": 4, "n_correct": 5}, "5 correct of 4 rollouts is impossible"),
    "no rollouts": ({"uid": "q9", "n_samples": 0, "n_correct": 0}, "0 correct of 0 rollouts is impossible"),
    "half a rollout": ({"uid": "q9", "n_samples": 4, "n_correct": 1.5}, "must be a whole number, but is 1.5"),
    "text": (
        {"uid": "q9", "n_samples": "4", "n_correct": 1},
        "'n_samples' must be a whole number, but is '4'",
    ),
    "other band": (
        {"uid": "q9", "n_samples": 4, "n_correct": 4, "band": "variance_band"},
        "says band 'variance_band', but 4 correct of 4 is 'all_one'",
    ),
    "cut off": ('{"uid": "q9", "n_sam', "not valid JSON"),
    "no object": ("[1, 2]", "expected a JSON object, found list"),
    "other n": (
        {"uid": "q9", "n_samples": 8, "n_correct": 1},
        "8 rollouts a problem, but the study says n: 4",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, case: str) -> None:
    row, said = BROKEN[case]
    path = jsonl(tmp_path / "a.jsonl", [*counts(), row])
    with pytest.raises(ImportFileError) as error:
        read_counts(path, entry("counts", path, n=4))
    assert f"{path}:4: " in str(error.value) and said in str(error.value)


def test_files_that_hold_nothing_are_named(tmp_path: Path) -> None:
    for name, text, said in (
        ("none.jsonl", None, "no such file"),
        ("empty.jsonl", "\n", "holds no row"),
        ("other.json", '{"rows": []}', "no list 'per_problem'"),
        ("latin.jsonl", b'{"uid": "\xe9"}', "not UTF-8 at byte 9"),
    ):
        path = tmp_path / name
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(ImportFileError, match=said):
            read_counts(path, entry("counts", path))


def test_metrics_are_read_by_the_names_that_the_study_gives(tmp_path: Path) -> None:
    rows = [{"uid": "q2", "spread": 0.25, "n": 4}, {"uid": "q1", "spread": None, "n": 1}]
    path = jsonl(tmp_path / "m.jsonl", rows)
    made = entry("metrics", path, columns={"spread": "cosine_distance"})
    table = read_metrics(path, made)["diversity"]
    write_table(table, tmp_path / "m.parquet", "metrics")
    assert table[["uid", "metric", "n"]].to_numpy().tolist() == [
        ["q1", "cosine_distance", 1],
        ["q2", "cosine_distance", 4],
    ]
    assert table["value"].isna().tolist() == [True, False]
    with pytest.raises(
        ImportFileError, match="no row has a column 'mean_pairwise_dist'; rows have n, spread"
    ):
        read_metrics(path, entry("metrics", path))
    jsonl(path, [{"uid": "q1", "spread": "wide"}])
    with pytest.raises(ImportFileError, match=r"m\.jsonl:1: field 'spread' must be a number, but is 'wide'"):
        read_metrics(path, made)


def test_a_published_log_becomes_steps_and_sums(tmp_path: Path) -> None:
    row = {"correct": 0.25, "reward": 0.2, "frac_all_bad": 0.5, "frac_all_good": 0.125}
    rows = [{"batch": b, **row, "ac_tokens_per_turn": 10.5} for b in range(2)]
    path = jsonl(tmp_path / "log.jsonl", rows)
    made = entry("training_log", path, slice=None, checkpoint="rl")
    table = read_training_log(path, made, 128)["training_log"]
    write_table(table, tmp_path / "log.parquet", "training_log")
    stored = read_table(tmp_path / "log.parquet", "training_log")
    assert stored["step"].tolist() == [1, 2] and stored["stage"].unique().tolist() == ["rl"]
    assert stored["tokens"].tolist() == [1344, 1344]
    assert stored["groups_zero_variance"].tolist() == [0.625, 0.625]
    assert stored[["tag_valid", "entropy", "lr", "seconds"]].isna().all(axis=None)


def test_a_log_in_our_own_names_keeps_its_steps(tmp_path: Path) -> None:
    row = {"step": 5, "correct": 0.5, "reward": 0.4, "tokens": 900, "groups_zero_variance": 0.0}
    path = jsonl(tmp_path / "log.jsonl", [row])
    table = read_training_log(path, entry("training_log", path, checkpoint="rl"), 1)["training_log"]
    assert table[["step", "tokens", "groups_zero_variance"]].to_numpy().tolist() == [[5, 900, 0]]
    jsonl(path, [row, row])
    with pytest.raises(ImportFileError, match=r"log\.jsonl:2: this step is already in the file"):
        read_training_log(path, entry("training_log", path, checkpoint="rl"), 1)
    jsonl(path, [{"step": 5, "reward": 0.4}])
    with pytest.raises(ImportFileError, match=r"log\.jsonl:1: field 'correct' is missing"):
        read_training_log(path, entry("training_log", path, checkpoint="rl"), 1)


def test_a_curve_may_lack_sources(tmp_path: Path) -> None:
    rows = [{"batch": 0, "heldout_mean": 0.14, "by_source": {"amc": 0.3}}, {"step": 10, "accuracy": 0.2}]
    path = jsonl(tmp_path / "c.jsonl", rows)
    table = read_curve(path, entry("curve", path, checkpoint="rl"))["curve"]
    write_table(table, tmp_path / "c.parquet", "curve")
    points = table[["step", "source", "accuracy"]].to_numpy().tolist()
    assert points == [[0, "all", 0.14], [0, "amc", 0.3], [10, "all", 0.2]]
    for row, said in (
        ({"batch": 0, "heldout_mean": 14}, "accuracy of all is 14.0, not a share"),
        ({"batch": 0, "heldout_mean": 0.1, "by_source": [1]}, "must be accuracies by source"),
        ({"heldout_mean": 0.1}, "field 'batch' is missing"),
    ):
        with pytest.raises(ImportFileError, match=rf"c\.jsonl:1: .*{said}"):
            read_curve(jsonl(path, [row]), entry("curve", path, checkpoint="rl"))


def test_a_slice_holds_all_that_its_files_tell_of_its_problems(tmp_path: Path) -> None:
    jsonl(tmp_path / "p.jsonl", [{"uid": "q1", "problem": "6 x 7?", "answer": "42", "level": "?"}])
    two = jsonl(tmp_path / "c.jsonl", [{**row, "level": "5", "answer": "41"} for row in counts()])
    entries = [Import(format="problems", path="p.jsonl", slice="quiz"), entry("counts", two)]
    table = read_problems(tmp_path, entries, "quiz").set_index("uid")
    write_table(table.reset_index(), tmp_path / "quiz.parquet", "problems")
    assert table.index.tolist() == ["q1", "q0", "q4"]
    assert table.loc["q1", ["problem", "gold", "source", "level"]].tolist() == ["6 x 7?", "42", "amc", 5]
    assert table.loc["q0", ["problem", "gold"]].isna().all()


def test_the_policy_is_named_by_the_object_beside_the_results(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    for about, policy in (
        ({"checkpoint": "run/final", "base_model": "base"}, "run/final"),
        ({"checkpoint": None, "base_model": "base"}, "base"),
    ):
        path.write_text(json.dumps(about))
        found = read_policy(path, entry("counts", path))["policy"]
        assert found[["policy", "base_model"]].to_numpy().tolist() == [[policy, "base"]]
    path.write_text("{}")
    with pytest.raises(ImportFileError, match=r"summary\.json: field 'checkpoint' is missing"):
        read_policy(path, entry("counts", path))


def test_more_rollouts_than_a_table_can_hold_are_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "x.jsonl", [{"uid": "q", "n_samples": 99_999_999_999, "n_correct": 1}])
    with pytest.raises(
        ImportFileError, match=r"x\.jsonl:1: 99999999999 rollouts of one problem; the limit is"
    ):
        read_tables(tmp_path, entry("counts", path), "plain", 0)
