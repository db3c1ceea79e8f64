"""Every Eval Ever 0.3.0, in and out: what is written follows the schema and is read back as it was."""

import json
from pathlib import Path

import jsonschema
import pytest
from importing import ROOT, add, pass_at_1, project, tables

from wideband.config import load_study
from wideband.exporters import export_study
from wideband.exporters.every_eval_ever import Teller
from wideband.numbers import NumberRecord
from wideband.tables import write_table

SCHEMAS = ROOT / "tests/contexts/every_eval_ever"
NOW = 1_750_000_000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project(tmp_path))
    return tmp_path


def exported(folder: Path, *flags: str, file: str) -> list[Path]:
    """The aggregate files of a study of one imported case."""
    assert add(f"mine/{file}", *flags) == 0
    study, root = load_study("s"), folder / "results/s"
    for name, table in tables().items():
        path = "data/quiz.parquet" if name == "problems" else f"arms/a/base/{name}/quiz.parquet"
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        write_table(table, root / path, name)
    told = {"unit": "fraction", "ci": (0.1, 0.9), "n": 3, "estimator": "passk.mean", "args": {"k": 1}}
    record = NumberRecord("pass@1.quiz.a.base", pass_at_1(), seed=1, inputs=(), fingerprint="", **told)
    return export_study(study, root, {record.id: record}, folder / "out", Teller("us"), NOW)


@pytest.mark.parametrize(
    ("file", "flags", "value"),
    [
        ("qwen_math.jsonl", (), 0.5),
        ("ours_boxed.jsonl", ("--grader", "wideband"), 1.0),
        ("lm_multiple_choice.jsonl", (), 1.0),
        ("inspect_epochs.json", (), 0.5),
    ],
)
def test_what_is_exported_follows_the_schema_and_comes_back(
    folder: Path, file: str, flags: tuple[str, ...], value: float
) -> None:
    (path,) = exported(folder, *flags, file=file)
    aggregate = json.loads(path.read_text())
    jsonschema.validate(aggregate, json.loads((SCHEMAS / "eval.schema.json").read_text()))
    assert aggregate["evaluation_results"][0]["score_details"]["score"] == value
    samples = folder / "out" / aggregate["detailed_evaluation_results"]["file_path"]
    schema = json.loads((SCHEMAS / "instance_level_eval.schema.json").read_text())
    lines = samples.read_text().splitlines()
    for line in lines:
        jsonschema.validate(json.loads(line), schema)
    assert len(lines) == aggregate["detailed_evaluation_results"]["total_rows"]
    assert add(str(samples), study="back") == 0
    assert pass_at_1(study="back") == value


def test_the_example_of_the_schema_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = (SCHEMAS / "example_samples.jsonl").read_text()
    (folder / "mine/x_samples.jsonl").write_text(example)
    assert add("mine/x_samples.jsonl") == 0
    assert pass_at_1() == 1.0
    made = tables()
    assert made["rollouts"][["completion_tokens", "prompt_tokens"]].to_numpy().tolist() == [[5, 12]]
    assert made["problems"][["problem", "gold", "subject"]].to_numpy().tolist() == [
        ["What is 2 + 2?", "4", "arithmetic"]
    ]
    (folder / "mine/x.json").write_text((SCHEMAS / "example.json").read_text())
    assert add("mine/x.json") == 2
    assert "name f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40_samples.jsonl" in capsys.readouterr().err


def test_several_evaluations_in_one_file_are_told_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = json.loads((SCHEMAS / "example_samples.jsonl").read_text())
    wrong = {"evaluation_result_id": "other", "evaluation": {"score": 0.0, "is_correct": False}}
    (folder / "mine/x_samples.jsonl").write_text(f"{json.dumps(row)}\n{json.dumps(row | wrong)}\n")
    assert add("mine/x_samples.jsonl") == 2
    assert "choose one by --where 'evaluation_result_id=demo-source.demo_bench'" in capsys.readouterr().err
    assert add("mine/x_samples.jsonl", "--where", "evaluation_result_id=other") == 0
    assert pass_at_1() == 0.0
