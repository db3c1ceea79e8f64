"""Logs that real tools wrote (tests/cases/tools): read as those tools sum them up."""

import gzip
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from importing import add, pass_at_1, project, tables

from wideband.config import load_study

TOOLS = Path(__file__).resolve().parents[1] / "cases/tools"
TIME = "2026-11-28T19-49-56.612911"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(TOOLS, project(tmp_path) / "tools")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def summary(task: str, metric: str) -> float:
    """What lm-evaluation-harness itself says."""
    return json.loads((TOOLS / f"results_{TIME}.json").read_text())["results"][task][metric]


@pytest.mark.parametrize(
    ("task", "flags", "metric"),
    [
        ("mygsm", ("--filter", "strict-match"), "exact_match,strict-match"),
        ("mygsm", ("--filter", "flexible-extract"), "exact_match,flexible-extract"),
        ("mymc", (), "acc,none"),
        ("mymc", ("--verdict", "acc_norm"), "acc_norm,none"),
    ],
)
def test_the_harness_and_its_summary_agree(task: str, flags: tuple[str, ...], metric: str) -> None:
    assert add(f"tools/samples_{task}_{TIME}.jsonl", *flags) == 0
    assert pass_at_1() == summary(task, metric)


def test_repeats_are_graded_one_by_one() -> None:
    assert add(f"tools/samples_myrep_{TIME}.jsonl", "--grader", "wideband") == 0
    assert pass_at_1() == 0.5 and summary("myrep", "exact_match,maj@4") == 1.0
    assert tables()["verdicts"].groupby("uid").size().tolist() == [4, 4, 4, 4]


def test_samples_that_the_summary_counts_otherwise_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / f"tools/samples_mymc_{TIME}.jsonl"
    path.write_text(path.read_text().split("\n", 1)[1])
    assert add(str(path)) == 2
    assert "3 documents, but results_" in capsys.readouterr().err


def test_samples_whose_mean_is_not_that_of_the_summary_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / f"tools/samples_mygsm_{TIME}.jsonl"
    path.write_text(path.read_text().replace('"exact_match": 1.0', '"exact_match": 0.0', 1))
    assert add(str(path), "--filter", "strict-match") == 2
    said = capsys.readouterr().err
    assert "the mean of exact_match,strict-match is 0.25, but results_" in said and "says 0.5; " in said
    # The values of another filter, and verdicts of ours, are not those that were changed.
    assert add(str(path), "--filter", "flexible-extract") == 0
    assert add(str(path), "--grader", "wideband", arm="b") == 0


def test_a_part_of_the_samples_is_not_held_against_the_summary(folder: Path) -> None:
    assert add(f"tools/samples_mymc_{TIME}.jsonl", "--where", "doc_id=1") == 0


def test_tasks_of_one_run_are_each_held_against_the_summary() -> None:
    both = [f"tools/samples_{task}_{TIME}.jsonl" for task in ("mygsm", "myrep")]
    assert add(*both, "--grader", "wideband") == 0


def test_an_eval_file_of_inspect_is_read_directly() -> None:
    assert add("tools/inspect_ai.eval") == 0
    made = tables()
    assert pass_at_1() == 0.5 and len(made["rollouts"]) == 6
    assert made["rollouts"]["completion_tokens"].unique().tolist() == [7]
    assert made["problems"][["problem", "gold"]].iloc[0].tolist() == ["What is 0+1?", "1"]


def test_a_torn_eval_file_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (folder / "tools/inspect_ai.eval").read_bytes()
    for cut in (len(whole) // 2, 30):
        (folder / "tools/torn.eval").write_bytes(whole[:cut])
        assert add("tools/torn.eval") == 2
        error = capsys.readouterr().err
        assert "torn.eval: not a whole .eval file" in error and error.count("\n") == 1


def test_details_of_lighteval() -> None:
    assert add("tools/lighteval_arith.parquet") == 0
    assert pass_at_1() == 0.5
    assert tables()["rollouts"]["completion_tokens"].unique().tolist() == [3]
    assert add("tools/lighteval_mc.parquet", arm="b", benchmark="mc") == 0
    assert pass_at_1("b") == pytest.approx(2 / 3)
    assert len(tables("b")["loglikelihoods"]) == 6


def test_results_of_human_eval() -> None:
    assert add("tools/human_eval_results.jsonl") == 0
    assert pass_at_1() == 0.5


def test_both_test_sets_of_evalplus(folder: Path) -> None:
    solutions = [("pass", "pass"), ("pass", "fail")]
    told = [{"task_id": "H/0", "solution": "x", "base_status": b, "plus_status": p} for b, p in solutions]
    content = {"date": "2026-01-01", "hash": "h", "eval": {"H/0": told}, "pass_at_k": {}}
    (folder / "mine/plus_eval_results.json").write_text(json.dumps(content))
    assert add("mine/plus_eval_results.json") == 0
    assert pass_at_1() == 0.5
    assert add("mine/plus_eval_results.json", "--verdict", "base") == 0
    assert pass_at_1() == 1.0


def test_a_folder_of_several_runs_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("tools", "--format", "lm_eval") == 2
    assert "3 logs (samples_mygsm_" in capsys.readouterr().err
    assert add(f"tools/results_{TIME}.json") == 2
    assert "the harness's summary" in capsys.readouterr().err


def test_a_folder_of_seeds_is_one_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "nemo").mkdir()
    rows = (folder / "mine/nemo_output-rs0.jsonl").read_text()
    for seed, text in enumerate((rows, rows.replace("true", "false"))):
        (folder / f"nemo/output-rs{seed}.jsonl").write_text(text)
    (folder / "nemo/metrics.json").write_text('{"aime": {"pass@1": 0.5}}')
    assert add("nemo") == 0
    assert "left out: nemo/metrics.json" in capsys.readouterr().out
    assert pass_at_1() == 0.5
    assert tables()["verdicts"].groupby("uid").size().tolist() == [2, 2, 2]
    assert load_study("s").imports.files[0].paths == ["output-rs0.jsonl", "output-rs1.jsonl"]


ROWS = [
    {"id": "p1", "ref": "3", "outs": ["The answer is 3.", "So \\boxed{4}"], "acc": [1, 0], "len": [5, 6]},
    {"id": "p2", "ref": "8", "outs": ["**Answer:** 8", "#### 8"], "acc": [True, True], "len": [5, 4]},
]
NAMED = ("--uid", "id", "--gold", "ref", "--completion", "outs", "--correct", "acc", "--tokens", "len")


@pytest.mark.parametrize(("flags", "value"), [((), 0.75), (("--grader", "wideband"), 0.75)])
def test_rows_by_the_names_of_their_fields(folder: Path, flags: tuple[str, ...], value: float) -> None:
    text = "\n".join(map(json.dumps, ROWS))
    (folder / "mine/r.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    assert add("mine/r.jsonl.gz", "--format", "rollouts", *NAMED, *flags) == 0
    assert pass_at_1() == value
    assert tables()["rollouts"]["completion_tokens"].tolist() == [5, 6, 5, 4]
    assert load_study("s").imports.files[0].lacks == ["prompt_tokens", "finish_reason"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("finish_reason", "stop"),
        ("seed", 7),
        ("answer", "3"),
        ("len", 9),
        ("sample", 0),
        ("logprob", -1.5),
        ("acc", 1),
    ],
)
def test_one_value_beside_several_completions_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], key: str, value: object
) -> None:
    (folder / "mine/r.jsonl").write_text(json.dumps(ROWS[0] | {key: value}))
    assert add("mine/r.jsonl", *NAMED) == 2
    assert f"one value in '{key}' for 2 completions; give one for each" in capsys.readouterr().err


def test_tokens_of_the_prompt_and_the_gold_stand_once_beside_several_completions(folder: Path) -> None:
    rows = [{**row, "answer": row["ref"], "prompt_tokens": 30 + place} for place, row in enumerate(ROWS)]
    (folder / "mine/r.jsonl").write_text("\n".join(map(json.dumps, rows)))
    flags = ["answer" if flag == "ref" else flag for flag in NAMED]
    assert add("mine/r.jsonl", *flags) == 0
    assert tables()["rollouts"]["prompt_tokens"].tolist() == [30, 30, 31, 31]
    assert tables()["problems"]["gold"].tolist() == ["3", "8"]
    assert tables()["verdicts"]["answer"].tolist() == ["3", "4", "8", "8"]


def test_named_fields_tell_the_format_themselves(folder: Path) -> None:
    (folder / "mine/r.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    assert add("mine/r.jsonl", *NAMED) == 0
    assert pass_at_1() == 0.75


def test_a_table_of_commas(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "mine/r.csv"
    path.write_text('uid,gold,completion,correct\n007,5,"a, ""b""\nline",True\n008,6,,0.0\n')
    assert add("mine/r.csv") == 0
    made = tables()
    assert made["verdicts"][["uid", "correct"]].to_numpy().tolist() == [["007", True], ["008", False]]
    assert made["rollouts"]["completion"].tolist() == ['a, "b"\nline', ""]
    path.write_text("uid,completion,correct\na,b\n")
    assert add("mine/r.csv") == 2
    assert "r.csv:2: 2 cells, but the first line names 3 columns" in capsys.readouterr().err


def test_a_parquet_file_of_rollouts(folder: Path) -> None:
    rows = [
        {"uid": "a", "completion": "x", "correct": True},
        {"uid": "a", "completion": "y", "correct": False},
    ]
    pd.DataFrame(rows).to_parquet(folder / "mine/r.parquet")
    assert add("mine/r.parquet") == 0
    assert pass_at_1() == 0.5


def test_importing_again_says_what_it_replaces(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("mine/ours_boxed.jsonl") == 0
    assert "replaces" not in capsys.readouterr().out
    assert add("mine/he_results.jsonl") == 0
    assert "replaces ours_boxed.jsonl, imported before" in capsys.readouterr().out
    assert [each.format for each in load_study("s").imports.files] == ["humaneval"]


def test_a_wider_root_takes_files_of_another_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("mine/ours_boxed.jsonl", "--grader", "wideband") == 0
    assert add("tools/human_eval_results.jsonl", arm="b", benchmark="code") == 2
    assert "widen that folder with --root ." in capsys.readouterr().err
    assert add("tools/human_eval_results.jsonl", "--root", ".", arm="b", benchmark="code") == 0
    files = load_study("s").imports.files
    assert [each.path for each in files] == ["mine/ours_boxed.jsonl", "tools/human_eval_results.jsonl"]
    assert pass_at_1() == 1.0 and pass_at_1("b") == 0.5


def test_the_last_number_is_taken_where_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"uid": "a", "gold": "12", "completion": "3 and 9 make 12"}]
    (folder / "mine/r.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert add("mine/r.jsonl", "--grader", "wideband") == 2
    assert "--last-number" in capsys.readouterr().err
    assert add("mine/r.jsonl", "--grader", "wideband", "--last-number") == 0
    assert pass_at_1() == 1.0
